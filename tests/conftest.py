"""Settings of all tests."""

from hypothesis import HealthCheck, settings

from tests.support.browsing import browser

__all__ = ["browser"]
"""One browser serves all tests of a process."""

# a machine that does much else is slow for a moment, which is no fault of what is tested
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("busy")
