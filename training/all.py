"""From the shared data to the weights file: `training/run all.py --recipe all|clean [--device cpu|cuda] [--start TRIAL]`."""
import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
CRATE = HERE.parent / "crates/tellings"


def step(*words):
    print("$", *words, flush=True)
    subprocess.run([sys.executable, *map(str, words)], check=True, cwd=HERE)


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--recipe", choices=["all", "clean"], default="all")
    ap.add_argument("--device", default="cpu")
    ap.add_argument("--start", help="a trial's tensors to begin with")
    ap.add_argument("--out", default=CRATE / "weights/tellings.safetensors")
    a = ap.parse_args()
    common = ["--recipe", a.recipe, "--device", a.device]
    main_pt = f"work/{a.recipe}-main.pt"
    start = ["--start", a.start, "--steps", 1200] if a.start else ["--steps", 3000]
    step("train.py", "--out", main_pt, *common, *start, "--eight")
    step("plain_acts.py", "--main", main_pt)
    step("plain_coref.py", "--main", main_pt)
    step("train_claims.py", "--main", main_pt)
    step("export.py", "--main", main_pt, "--out", a.out, "--recipe", a.recipe)
    step("reference.py", "--main", main_pt, "--out", CRATE / "tests/fixtures/reference.json")


if __name__ == "__main__":
    main()
