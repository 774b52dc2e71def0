"""Tests run under the profile dev, or ci where the environment says CI; --hypothesis-profile overrides both."""

import os

from hypothesis import settings

settings.load_profile("ci" if os.environ.get("CI") else "dev")
