"""What the documents say is true: the configuration in the README can be used, and links lead somewhere."""

import os
import re

import pytest

from conftest import ROOT, kinesight

PAGES = sorted(page for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("models/**/*.md")])


def test_the_configuration_in_the_readme_can_be_used(tmp_path):
    readme = (ROOT / "README.md").read_text()
    config = tmp_path / "cameras.yaml"
    config.write_text(re.search(r"```yaml\n(.*?)```", readme, re.S)[1])
    done = kinesight("check", "--config", config, check=False, env={**os.environ, "GATE_PASSWORD": "secret"})
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 errors" in done.stdout + done.stderr
    assert "secret" not in done.stdout + done.stderr


def test_every_subcommand_in_the_readme_exists():
    names = set(re.findall(r"release/kinesight (\w+)", (ROOT / "README.md").read_text()))
    assert names
    for name in names:
        assert kinesight(name, "--help").stdout.startswith(f"usage: kinesight {name}")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text()):
        if not link.startswith("http"):
            assert (page.parent / link).exists(), link
