"""What the API's scenarios start from."""
import pytest

from harness.samples import build_world
from harness.server import Server


@pytest.fixture(scope="module")
def world(server: Server) -> dict[str, str]:
    """Refs of the sample world → ids."""
    with server.client() as client:
        return build_world(client)
