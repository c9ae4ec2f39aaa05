#!/usr/bin/env python3
"""Counts what a `meson test` has logged: tests/count.py build/meson-logs/testlog.json

A program that speaks TAP counts with each of its cases, any other as one. What failed and what was
skipped is named; the last line is `N passed, N failed, N skipped`. Status 1 when anything failed or
nothing ran.
"""
import json
import re
import sys


def cases(test):
    """(passed, failed, skipped) of one program, and what to name."""
    passed, failed, skipped = [], [], []
    name = test["name"].split(" / ")[-1]
    for line in (test.get("stdout") or "").splitlines():
        m = re.match(r"(not )?ok\b[\s\d]*-?\s*(.*)", line)
        if not m:
            continue
        case = f"{name}: {m.group(2)}".strip()
        if re.search(r"#\s*skip", line, re.I):
            skipped.append(case)
        elif m.group(1):
            failed.append(case)
        else:
            passed.append(case)
    result = test["result"]
    if result == "SKIP":
        return [], [], skipped or [name]
    if result not in ("OK", "EXPECTEDFAIL") and not failed:
        failed.append(f"{name} ({result.lower()})")
    if not passed and not failed and not skipped:
        passed.append(name)
    return passed, failed, skipped


def main():
    passed, failed, skipped = [], [], []
    try:
        with open(sys.argv[1], encoding="utf-8") as f:
            for line in f:
                p, n, s = cases(json.loads(line))
                passed += p
                failed += n
                skipped += s
    except FileNotFoundError:
        pass
    for word, names in (("skipped", skipped), ("failed", failed)):
        for name in names:
            print(f"{word}: {name}")
    print(f"{len(passed)} passed, {len(failed)} failed, {len(skipped)} skipped")
    return 1 if failed or not passed + skipped else 0


if __name__ == "__main__":
    sys.exit(main())
