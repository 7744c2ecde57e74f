"""A workflow for GitHub, whose machines are new for every run: it restores the releases first.

Releases and ledger are kept on a branch of their own. A cache would be dropped after some days, and with it
the ledger, and every subscriber would get everything once more.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from pressroom.delivery.schedule.times import Schedule, ScheduleError, wake_up

BRANCH = "briefings-releases"

_WORKFLOW = """\
# Save as .github/workflows/briefings.yml. Releases and the delivery ledger, which names who got what, are
# kept on the branch {branch}: use a private repository, or deliver from elsewhere.
# Secrets: PRESSROOM_SETTINGS and PRESSROOM_SUBSCRIBERS hold the text of settings.toml and of
# subscribers.csv, PRESSROOM_SMTP_PASSWORD the password. To approve: check the branch out as releases/,
# `briefings approve NAME`, commit, push.
name: Briefings
on:
  schedule:
    - cron: "{cron}" # UTC; meant is {expression} in {zone}
  workflow_dispatch:
concurrency:
  group: briefings
permissions:
  contents: write
jobs:
  run:
    runs-on: ubuntu-latest
    timeout-minutes: 60
    steps:
      - uses: actions/checkout@v5
      - name: Restore the releases and the ledger
        run: |
          if git fetch --depth 1 origin {branch}; then
            git worktree add -B {branch} releases FETCH_HEAD
          else
            git worktree add --detach releases
            git -C releases checkout --quiet --orphan {branch}
            git -C releases rm --quiet -r --force .
          fi
      - name: Set up
        run: make .venv/.ready
      - name: Write what git does not hold
        run: |
          umask 077
          printf '%s' "$SETTINGS" > settings.toml
          if [ -n "$SUBSCRIBERS" ]; then printf '%s' "$SUBSCRIBERS" > subscribers.csv; fi
        env:
          SETTINGS: ${{{{ secrets.PRESSROOM_SETTINGS }}}}
          SUBSCRIBERS: ${{{{ secrets.PRESSROOM_SUBSCRIBERS }}}}
      - name: Build, release, deliver
        run: .venv/bin/briefings {command}
        env:
          PRESSROOM_SMTP_PASSWORD: ${{{{ secrets.PRESSROOM_SMTP_PASSWORD }}}}
{variables}\
      - name: Keep the releases and the ledger
        if: always()
        run: |
          cd releases
          git add --all --force
          if ! git diff --cached --quiet; then
            git -c user.name=briefings -c user.email=briefings@localhost \\
              commit --quiet --message "Keep releases and ledger"
            git push --quiet origin HEAD:{branch}
          fi
      - name: Hand over the site
        if: always()
        uses: actions/upload-artifact@v4
        with:
          name: site
          path: reports/site/current
          if-no-files-found: ignore
"""


def make_workflow(
    schedule: Schedule, options: Iterable[str], variables: Mapping[str, str], now: datetime
) -> str:
    """Return the workflow's file.

    Parameters
    ----------
    variables
        Those that the run has to find set.

    Raises
    ------
    ScheduleError
        If one of them would be taken for an expression of GitHub's.
    """
    cron, guarded = wake_up(schedule, UTC, now)
    guard = ["--due", schedule.expression, "--time-zone", schedule.zone] if guarded else []
    return _WORKFLOW.format(
        branch=BRANCH,
        cron=cron,
        expression=schedule.expression,
        zone=schedule.zone,
        variables="".join(f"          {name}: {_quote(name, text)}\n" for name, text in variables.items()),
        command=shlex.join(["run", *options, *guard]),
    )


def _quote(name: str, text: str) -> str:
    """Return a text as YAML has it in double quotes, which is as JSON has it."""
    if "${{" in text:
        raise ScheduleError(f"{name} holds an expression of GitHub's (${{{{); set it in settings.toml")
    return json.dumps(text, ensure_ascii=False)
