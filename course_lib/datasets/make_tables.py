"""Write both digits.csv, diabetes.csv and iris.csv from scikit-learn's copies of them.

For maintainers; the files are under version control. Their checksums are tested, so that another
release of scikit-learn with other numbers would be noticed.

    pip download --no-deps --dest DIR scikit-learn
    python -m course_lib.datasets.make_tables DIR/scikit_learn-*.whl
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path
from zipfile import ZipFile

from course_lib.datasets.files import FOLDER

DIABETES = "age,sex,bmi,bp,s1,s2,s3,s4,s5,s6,progression"
IRIS = "sepal_length,sepal_width,petal_length,petal_width,species"


def read(wheel: Path) -> dict[str, list[str]]:
    """Lines of the four files in the wheel, by file name."""
    with ZipFile(wheel) as archive:
        contents = {
            name: archive.read(f"sklearn/datasets/data/{name}")
            for name in [
                "digits.csv.gz",
                "diabetes_data_raw.csv.gz",
                "diabetes_target.csv.gz",
                "iris.csv",
            ]
        }
    return {
        name: (gzip.decompress(content) if name.endswith(".gz") else content).decode().splitlines()
        for name, content in contents.items()
    }


def tables(source: dict[str, list[str]]) -> dict[str, list[str]]:
    """Lines of our files: the pixels of an image become one word, a digit of base 17 for each."""
    digits = []
    for line in source["digits.csv.gz"]:
        *pixels, label = (int(float(number)) for number in line.split(","))
        digits.append(f"{label}," + "".join("0123456789abcdefg"[pixel] for pixel in pixels))
    diabetes = [
        ",".join([*features.split(), f"{float(target):g}"])
        for features, target in zip(
            source["diabetes_data_raw.csv.gz"], source["diabetes_target.csv.gz"], strict=True
        )
    ]
    return {
        "digits.csv": ["digit,pixels", *(row for i, row in enumerate(digits) if i % 3 != 2)],
        "../kept_digits/digits.csv": ["digit,pixels", *digits[2::3]],
        "diabetes.csv": [DIABETES, *diabetes],
        "iris.csv": [IRIS, *source["iris.csv"][1:]],
    }


if __name__ == "__main__":
    for name, lines in tables(read(Path(sys.argv[1]))).items():
        (FOLDER / name).write_text("\n".join(lines) + "\n", encoding="ascii", newline="\n")
