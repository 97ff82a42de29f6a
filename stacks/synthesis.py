"""Create the stacks and write their Terraform JSON."""

from cdktf import App

from stacks.config import Config
from stacks.state_backend_stack import StateBackendStack
from stacks.tap_stack import TapStack


def synthesize(config: Config, *, hashed: bool, bucket_state: str) -> None:
    """Write `cdktf.out/` for one environment; ask for a redaction key if `hashed`.

    `bucket_state` is the file of the state bucket's own state. Terraform Cloud keeps states itself: there is no bucket.
    """
    app = App()
    if config.backend != "cloud":
        StateBackendStack(app, config, bucket_state)
    TapStack(app, config, hashed=hashed)
    app.synth()
