"""What gate, hunt and replicate write, with words that a stranger would like to be markup."""

GATE = {
    "target": "vae.py:<loss>", "outcome": "defect", "optimises": "β = k & more", "evaluations": 7,
    "effective_beta": {"value": 0.25, "formula": "1/k"}, "assumed": ["a batch of <n>"], "undecided": [],
    "consequence": "2 of 8 latents die",
    "findings": [{"code": "kl-<b>", "message": "a mean <script>alert(1)</script>", "repair": ".sum(-1)"}],
}  # fmt: skip
HUNT = {
    "target": "own/square", "verdict": "survived", "instances": 1234567, "seconds": 2.5, "strategy": "bulk",
    "certificate": None, "seed": 4, "errors": [],
    "nearest": {"margin": 0.125, "gap": 0.5, "equality": "at x = <0>", "kind": "general", "sizes": {"d": 1},
                "inputs": {"x": "1/2", "A": [["1", "2"], ["<b>", "4"]]}},
}  # fmt: skip
REPLICATION = {
    "id": "koehler2022/table-1", "seconds": 61.2, "steps": 5000, "seeds": [0, 1],
    "rows": [{"setting": "d = <3>", "paper": {"error": 1.5}, "measured": {"error": 1.25, "zeros": 3},
              "spread": {"error": 0.5, "zeros": 0}}],
    "stated": [{"text": "it <grows>", "met": True, "expected": True}, {"text": "falls", "met": None, "expected": True}],
    "choices": ["Adam <b>"], "figures": ["figure.svg"],
}  # fmt: skip
SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(9)</script></svg>'
