"""``python -m verify`` is ``vae-verify``."""

from vae_verify.command import main

if __name__ == "__main__":
    main()
