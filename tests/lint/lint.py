#!/usr/bin/env python3
"""Rules of the tree that a compiler does not know.

  lint.py ROOT                     the rules, over every file
  lint.py ROOT --headers BUILD     every header compiles alone, with the flags of its folder
  lint.py ROOT --format PROGRAM    clang-format has nothing to change

One finding a line, `file:line: what`; a finding that starts with `warning` does not fail. A call that
is banned and right all the same carries a comment on its line: /* lint: allow NAME, because ... */
"""
import json
import os
import re
import shlex
import subprocess
import sys

FOLDERS = ["core", "dissect", "pcapio", "capture", "cli", "bench", "tests"]
# What a folder may include beside itself: the ones before it. Two are stricter than the order.
NOT_INCLUDED = {"pcapio": {"dissect"}, "cli": set()}
STOPS_AND_PRINTS = {"cli", "bench", "tests"}

LINE_MAX, FUNCTION_WARN, FUNCTION_MAX, FILE_WARN, FILE_MAX = 100, 60, 70, 500, 600

UNSAFE = "strcpy strcat sprintf vsprintf strtok atoi atol alloca gets".split()
BYTE_ORDER = "ntohs ntohl htons htonl".split()
SHELL = "system popen".split()
PRINT = "printf fprintf vprintf vfprintf puts putchar perror".split()
HEAP = "malloc calloc realloc reallocarray strdup free".split()

# (file, name) -> why it is right there.
ALLOWED = {
    ("dissect/columns.c", "calloc"): "once, when names are resolved",
    ("dissect/columns.c", "malloc"): "once, when names are resolved",
    ("dissect/columns.c", "free"): "of what columns_open() took",
    ("dissect/display/collect.c", "malloc"): "scratch, which grows with the first packets alone",
    ("dissect/display/compile.c", "calloc"): "the filter, once",
    ("dissect/display/compile.c", "free"): "of the same",
    ("dissect/display/eval.c", "calloc"): "a thread's state, once",
    ("dissect/display/eval.c", "free"): "of the same, and of the scratch",
    ("dissect/filter/arena.c", "malloc"): "a compilation's memory, in large pieces",
    ("dissect/filter/arena.c", "free"): "of the same",
    ("dissect/filter/assemble.c", "malloc"): "the program, once it is known how long it is",
    ("dissect/filter/assemble.c", "calloc"): "of the same",
    ("dissect/filter/assemble.c", "free"): "of the same",
    ("dissect/filter/numbers.c", "calloc"): "a program that is read",
    ("dissect/filter/program.c", "free"): "a program",
    ("capture/ring.c", "htons"): "sockaddr_ll wants its protocol in network byte order",
}

STANDARD = re.compile(r"\bRFCs? ?\d+|\bIEEE\b|\bISO\b|\bIEC\b|\bITU\b|\b3GPP TS\b|\bdraft-|"
                      r"linux/\w+\.h|LINKTYPE_|tcpdump\.org")

findings = []


def report(path, line, text, warning=False):
    findings.append((path, line, ("warning: " if warning else "") + text, warning))


def blank(match):
    return re.sub(r"[^\n]", " ", match.group(0))


def strip(text):
    """The code without comments and strings; every line keeps its number and its length."""
    return re.sub(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", blank, text,
                  flags=re.S)


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as f:
        return f.read()


def walk(root, endings):
    for folder in FOLDERS + ["docs", ".ci"]:
        for where, _, names in sorted(os.walk(os.path.join(root, folder))):
            for name in sorted(names):
                if name.endswith(endings):
                    yield os.path.relpath(os.path.join(where, name), root)


def check_includes(path, text):
    folder = path.split("/")[0]
    for n, line in enumerate(text.split("\n"), 1):
        m = re.match(r'\s*#\s*include\s*"([^"]+)"', line)
        if not m:
            continue
        target = m.group(1)
        other = target.split("/")[0]
        if "/" not in target or other not in FOLDERS:
            if folder != "tests":  # tests have headers beside them
                report(path, n, f'"{target}": write includes from the root')
            continue
        if other != folder and (FOLDERS.index(other) > FOLDERS.index(folder) or
                                other in NOT_INCLUDED.get(folder, ())):
            report(path, n, f"{folder}/ must not include {target}")
        if target.endswith("_internal.h") and other not in (folder, "tests") and folder != "tests":
            report(path, n, f"{target} is for {other}/ only")


def banned_in(path):
    folder = path.split("/")[0]
    names = list(UNSAFE)
    if folder != "tests":
        names += SHELL
    if path != "core/bytes.h":
        names += BYTE_ORDER
    if folder not in STOPS_AND_PRINTS:
        names.append("exit")
        if path != "core/log.c":
            names += PRINT
    if folder == "dissect" and path != "dissect/registry.c":
        names += HEAP
    return names


def check_calls(path, text, code):
    lines = text.split("\n")
    for m in re.finditer(r"\b(%s)\s*\(" % "|".join(banned_in(path)), code):
        n = code.count("\n", 0, m.start()) + 1
        name = m.group(1)
        if (path, name) not in ALLOWED and f"lint: allow {name}" not in lines[n - 1]:
            report(path, n, f"{name}() is not used here")


def check_lengths(path, text, code):
    lines = text.split("\n")
    if len(lines) - 1 > FILE_WARN:
        report(path, len(lines) - 1, f"{len(lines) - 1} lines; {FILE_WARN} are meant",
               len(lines) - 1 <= FILE_MAX)
    for n, line in enumerate(lines, 1):
        if len(line.expandtabs(8)) > LINE_MAX:
            report(path, n, f"{len(line.expandtabs(8))} columns; {LINE_MAX} at most")
    start = None
    for n, line in enumerate(code.split("\n"), 1):
        if line.rstrip() == "{":
            start = n
        elif line.rstrip() == "}" and start:
            if n - start + 1 > FUNCTION_WARN:
                report(path, start, f"function of {n - start + 1} lines; {FUNCTION_MAX} at most",
                       n - start + 1 <= FUNCTION_MAX)
            start = None


def check_text(path, text):
    for n, line in enumerate(text.split("\n"), 1):
        if line != line.rstrip():
            report(path, n, "white space at the end")
        m = re.search(r"\b(TODO|FIXME)\b(?!\W{0,3}#?\d+)", line)
        if m and path != "tests/lint/lint.py":
            report(path, n, f"{m.group(1)} without the number of an issue")
    if text and (not text.endswith("\n") or text.endswith("\n\n")):
        report(path, text.count("\n") + 1, "a file ends with one newline")


def check_head(path, text):
    if path.startswith(("capture/", "dissect/proto/")) and not text.startswith("/*"):
        report(path, 1, "starts with a comment that says what this file is")
    if path.startswith("dissect/proto/") and path.endswith(".c"):
        if not STANDARD.search("\n".join(text.split("\n")[:12])):
            report(path, 1, "names no RFC or standard in its first lines")


def check_guard(path, text, code):
    guard = re.sub(r"[/.-]", "_", path).upper()
    short = re.sub(r"[/.-]", "_", os.path.basename(path)).upper()
    words = [line.split() for line in code.split("\n") if line.strip()]
    if (len(words) < 3 or words[0][:1] != ["#ifndef"] or words[1][:1] != ["#define"] or
            words[0][1] != words[1][1] or words[-1][:1] != ["#endif"]):
        report(path, 1, f"the header guard {guard} is missing")
    elif words[0][1] != guard and not (path.startswith("tests/") and words[0][1].endswith(short)):
        report(path, 1, f"the header guard is {words[0][1]}, not {guard}")


def check_c(root):
    for path in walk(root, (".c", ".h")):
        text = read(root, path)
        code = strip(text)
        check_includes(path, text)
        check_calls(path, text, code)
        check_lengths(path, text, code)
        check_head(path, text)
        for m in re.finditer(r"^[ \t]*#[ \t]*if[ \t]+0\b", code, re.M):
            report(path, code.count("\n", 0, m.start()) + 1, "#if 0: version control remembers")
        if path.endswith(".h"):
            check_guard(path, text, code)


def manual(root, name):
    """A manual page without its escapes, or "" while there is none."""
    path = f"docs/man/{name}.1"
    if not os.path.exists(os.path.join(root, path)):
        report(path, 1, "there is no such manual page")
        return path, ""
    return path, read(root, path).replace("\\-", "-").replace("\\&", "")


def check_manuals(root):
    """Every loss cause with its words, and every long option of every verb, is in its manual."""
    path, page = manual(root, "ringtap-capture")
    flat = " ".join(page.split())
    losses = read(root, "pcapio/loss.h").replace("\\\n", " ")
    causes = re.findall(r'X\([A-Z_]+,\s*"(\w+)",\s*"([^"]*)"\)', losses)
    if not causes or len(causes) != len(re.findall(r"\bX\([A-Z_]+,", losses)):
        report("pcapio/loss.h", 1, "the list is not understood here")
    for name, words in causes:
        if page and f".It Cm {name}\n" not in page:
            report(path, 1, f"loss cause {name} of pcapio/loss.h is missing")
        elif page and words not in flat:
            report(path, 1, f"loss cause {name}: pcapio/loss.h says: {words}")
    path, page = manual(root, "ringtap-bridge")
    drops = read(root, "capture/bridge.h").replace("\\\n", " ")
    for name, words in re.findall(r'X\([A-Z_]+, (\w+),\s+"([^"]*)"\)', drops):
        if f".It Cm {name}\n" not in page or words not in " ".join(page.split()):
            report(path, 1, f"drop cause {name}: capture/bridge.h says: {words}")
    sources = {"cli/capture_options.c": "ringtap-capture",
               "cli/bridge_options.c": "ringtap-bridge",
               "cli/capture_files.c": "ringtap-capture", "cli/read_options.c": "ringtap-read",
               "cli/cmd_fields.c": "ringtap-fields", "cli/cmd_filter.c": "ringtap-filter",
               "cli/cmd_merge.c": "ringtap-merge", "cli/cmd_convert.c": "ringtap-convert",
               "cli/cmd_control.c": "ringtap-control",
               "cli/generate_options.c": "ringtap-generate",
               "cli/cmd_interfaces.c": "ringtap-interfaces", "cli/cmd_info.c": "ringtap-info",
               "cli/probe_options.c": "ringtap-probe",
               "cli/replay_options.c": "ringtap-replay", "cli/cut_options.c": "ringtap-cut",
               "cli/cmd_repair.c": "ringtap-repair", "cli/cmd_status.c": "ringtap-status"}
    sources.update({p: "ringtap-bench" for p in walk(root, ".c") if p.startswith("bench/")})
    for source, name in sources.items():
        if not os.path.exists(os.path.join(root, source)):
            continue
        path, page = manual(root, name)
        for option in re.findall(r'\{\s*"([a-z][a-z0-9-]*)",\s*(?:no|required|optional)_argument',
                                 read(root, source)):
            if page and option != "help" and not re.search(rf"Fl -{option}(?![\w-])", page):
                report(path, 1, f"--{option} of {source} is missing")


def check_verbs(root):
    """Every verb for people is listed in ringtap(1), in the order of the program's own list."""
    path, page = manual(root, "ringtap")
    verbs = re.findall(r'\{ "(\w+)", cmd_\w+,\s*"', read(root, "cli/main.c"))
    listed = re.findall(r"^\.It Cm (\w+)$", page, flags=re.M)
    if listed != verbs:
        report(path, 1, f"verbs are {' '.join(verbs)}; listed are {' '.join(listed)}")
    for verb in verbs:
        if verb != "help" and page.count(f".Xr ringtap-{verb} 1") < 2:
            report(path, 1, f"ringtap-{verb}(1) wants two references: its verb's, SEE ALSO")


def check_headers(root, build):
    """With the most flags that a source of the folder has, for the headers of libraries to be found:
    a folder may have a small library of its own, with fewer."""
    flags = {}
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as f:
        for entry in json.load(f):
            source = os.path.relpath(os.path.join(entry["directory"], entry["file"]), root)
            words = shlex.split(entry["command"])
            keep = [words[0]] + [w for w in words[1:] if re.match(r"-[IDWf]|-std|-isystem", w)]
            folder = source.split("/")[0]
            if len(keep) > len(flags.get(folder, ("", []))[1]):
                flags[folder] = (entry["directory"], keep)
    for path in walk(root, ".h"):
        directory, words = flags.get(path.split("/")[0], flags["core"])
        extra = ["-I" + os.path.join(root, os.path.dirname(path))] if path[:6] == "tests/" else []
        done = subprocess.run(words + extra + ["-I" + root, "-Wno-unused-function", "-fsyntax-only",
                                               "-x", "c", os.path.join(root, path)],
                              cwd=directory, capture_output=True, text=True, check=False)
        if done.returncode or "warning:" in done.stderr:
            report(path, 1, "does not compile alone:\n" + done.stderr.rstrip())


def check_format(root, program):
    for path in walk(root, (".c", ".h")):
        done = subprocess.run([program, "--dry-run", "-Werror", os.path.join(root, path)],
                              capture_output=True, text=True, check=False)
        if done.returncode:
            lines = re.findall(r":(\d+):\d+: error", done.stderr)
            report(path, int(lines[0]) if lines else 1,
                   f"clang-format -i would change {len(lines)} places")


def main():
    root = os.path.abspath(sys.argv[1])
    if sys.argv[2:3] == ["--headers"]:
        check_headers(root, sys.argv[3])
    elif sys.argv[2:3] == ["--format"]:
        check_format(root, sys.argv[3])
    else:
        check_c(root)
        check_manuals(root)
        check_verbs(root)
        top = [n for n in sorted(os.listdir(root)) if re.search(r"\.(md|build|txt)$|^run$", n)]
        for path in [*walk(root, (".c", ".h", ".py", ".build", ".md", ".1", "run")), *top]:
            check_text(path, read(root, path))
    found = set(findings)
    failed = sum(not f[3] for f in found)
    for path, line, text, _ in sorted(found):
        print(f"{path}:{line}: {text}")
    print(f"{failed} findings, {len(found) - failed} warnings")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
