"""Makes the tables in this folder: every way in which the columns are packed and written, five invented articles each.

    pip install pyarrow==26.0.1
    python make.py
"""

import datetime
import pathlib

import pyarrow as pa
import pyarrow.parquet as parquet

HERE = pathlib.Path(__file__).parent
COUNT = 5
# The fourth has no text.
TEXTS = [
    None if i == 3 else f"Mill {i} closes\n\nIt rained on day {i}, Ines Orr said. “Nobody came,” she added."
    for i in range(COUNT)
]
DAYS = [datetime.datetime(2023, 3, 14 + i) for i in range(COUNT)]
TIMES = [day.replace(hour=9, minute=30) for day in DAYS]
DATES = {
    "string": pa.array([str(day.date()) for day in DAYS]),
    "date32": pa.array([day.date() for day in DAYS]),
    "midnight": pa.array(DAYS, pa.timestamp("ms")),
    "timestamp": pa.array(TIMES, pa.timestamp("us")),
    "utc": pa.array([time.replace(tzinfo=datetime.timezone.utc) for time in TIMES], pa.timestamp("ns", "UTC")),
}
AUTHORS = {
    "string": pa.array(["Ines Orr and Bram Tell", None, "", "Ines Orr", "Ines Orr"]),
    "list": pa.array([["Ines Orr", "Bram Tell"], [], None, ["Ines Orr"], [None, "Ines Orr"]]),
    "objects": pa.array([
        [{"name": "Ines Orr", "id": 1}, {"name": "Bram Tell", "id": 2}],
        [],
        None,
        [{"name": None, "id": 3}],
        [{"name": "Ines Orr", "id": None}],
    ]),
}


def write(name, date, authors, **options):
    table = pa.table({
        "id": pa.array(range(COUNT)),
        "Title": pa.array([f"Mill {i} closes" for i in range(COUNT)]),
        "maintext": pa.array(TEXTS),
        "publication": pa.array(["Dale Post"] * COUNT).dictionary_encode(),
        "url": pa.array([f"https://dalepost.example/mill/{i}" for i in range(COUNT)]),
        "score": pa.array([0.5] * COUNT),
        "Publish Date": DATES[date],
        "authors": AUTHORS[authors],
    })
    parquet.write_table(table, HERE / f"{name}.parquet", store_schema=False, write_statistics=False, **options)


write("snappy", "date32", "list", compression="snappy")
write("gzip-second-version", "timestamp", "string", compression="gzip", data_page_version="2.0")
write("zstd-three-parts", "utc", "objects", compression="zstd", row_group_size=2)
write("brotli-plain", "string", "list", compression="brotli", data_page_version="2.0", use_dictionary=False)
write(
    "lz4-differences",
    "date32",
    "list",
    compression="lz4",
    use_dictionary=False,
    column_encoding={
        "maintext": "DELTA_BYTE_ARRAY",
        "Title": "DELTA_LENGTH_BYTE_ARRAY",
        "Publish Date": "DELTA_BINARY_PACKED",
    },
)
write("unpacked-int96", "timestamp", "objects", compression="none", use_deprecated_int96_timestamps=True)
write("unpacked-midnight", "midnight", "string", compression="none")
