from pathlib import Path
from reported_people import order
from reports.brief import compose
from reports.make import documents, make

def test_x(workshopped):
    for lang in ("en","id"):
        r = make(order(workshopped, language=lang))
        for f in r.files: Path("/tmp/w/"+f.name).write_bytes(f.content)
        print(r.message)
