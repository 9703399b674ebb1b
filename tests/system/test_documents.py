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


def in_source(pattern, *globs):
    """What the pattern finds in these sources, each once."""
    found = {hit for glob in globs for path in ROOT.glob(glob) for hit in re.findall(pattern, path.read_text())}
    assert found, pattern
    return found


@pytest.mark.parametrize(("what", "pattern", "globs"), [
    ("environment variables", r'\.env\("(\w+)"\)', ["src/clips/**/*.cpp", "src/storage/*.cpp"]),
    ("headers of dead letters", r'Header = "(x-kinesight-[\w-]+)"', ["src/clips/task_handler.h"]),
    ("keys in Redis", r'"(s2:[\w:]+\w)', ["src/clips/*.h", "src/clips/*.cpp", "src/clips/scheduler/*.cpp"]),
    ("steps of a task", r'\bstep\("(\w+)"', ["src/clips/processor.cpp"]),
    ("routes of the API", r'\{"(?:GET|POST)", "(/\w[\w/.]*)', ["src/clips/web_api.cpp"]),
])
def test_the_page_on_clips_names_all(what, pattern, globs):
    page = (ROOT / "docs/clips.md").read_text()
    assert sorted(name for name in in_source(pattern, *globs) if name not in page) == [], what


def test_the_page_on_clips_explains_every_field_of_the_clip():
    source = (ROOT / "src/clips/next_message.cpp").read_text()
    made = source[source.index("Json clip_object("):source.index("std::string key(")]
    fields = set(re.findall(r'\n? *\{"(\w+)", ', made)) | set(re.findall(r'json\["(\w+)"\]', made))
    assert {"asked", "actual", "gaps", "truncated", "sha256", "url", "thumbnail_key"} <= fields
    page = (ROOT / "docs/clips.md").read_text()
    rows = page[page.index("## The message"):page.index("The same facts are metadata")]
    assert sorted(field for field in fields if f"`{field}`" not in rows) == []
