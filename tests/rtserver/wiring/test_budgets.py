from pathlib import Path

from rtserver.wiring.budgets import budgets
from tests.fakes import FakeClock
from tests.school import settings_for


def test_each_budget_has_the_bounds_of_its_settings(tmp_path: Path) -> None:
    limits = {
        "limits_write_bytes_burst": 2000,
        "limits_requests_burst": 200,
        "limits_mails_burst": 20,
    }
    built = budgets(settings_for(tmp_path, "", **limits), FakeClock())

    for budget in built:
        budget.spend(7, 10)

    used = [budget.nearest()["7"] for budget in built]
    assert used == [0.005, 0.05, 0.05, 0.5]
