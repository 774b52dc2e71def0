"""An experiment that takes seconds: roots by noisy descent."""

WELLS = '''
from pathlib import Path
import time

from verify.replicate import Conclusion, Setting, every, experiment

@experiment("mine/wells", "x^2 = a", settings=[Setting(f"a = {a}", {"a": a}, {"x": a**0.5}) for a in (1, 4, 9)],
            steps=400, reduced=100, groups=2, choices=["the sign: x > 0"],
            stated=[Conclusion("every x is within 0.2 of the root", lambda rows: all(
                abs(row.measured["x"] - row.setting.paper["x"]) < 0.2 for row in rows), early=False),
                Conclusion("x is positive", lambda rows: every(row.measured["x"] > 0 for row in rows))],
            draw=lambda outcome, path: path.write_text("<svg/>"))
def test_wells(settings, seed, device):
    """Find roots by noisy descent."""
    import torch
    from verify.replicate.training import Training

    class Wells(Training):
        rate = 0.05

        def parameters(self):
            return {"x": 1 + self.normal(len(self.settings)).abs()}

        def losses(self, parameters):
            while Path("held").exists() and list(Path().rglob("seed-*.npz")):
                time.sleep(0.01)
            a = torch.tensor([float(s.values["a"]) for s in self.settings])
            return (parameters["x"] ** 2 - a + 0.1 * self.normal(len(a))) ** 2

        def watch(self, parameters):
            return {"x": parameters["x"].detach()}

        def measure(self, parameters):
            return [{"x": float(x), "noise": float(self.normal(1))} for x in parameters["x"]]

    return Wells(settings, seed, device)
'''
