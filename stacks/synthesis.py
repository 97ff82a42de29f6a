"""Create the stacks and write their Terraform JSON."""

from cdktf import App

from stacks.config import Config
from stacks.state_backend_stack import StateBackendStack
from stacks.tap_stack import TapStack


def synthesize(config: Config, *, hashed: bool) -> None:
    """Write `cdktf.out/` for one environment; ask for a redaction key if `hashed`."""
    app = App()
    StateBackendStack(app, config)
    TapStack(app, config, hashed=hashed)
    app.synth()
