"""Reads and edits the test server with Google's own client, by its own discovery documents."""
import sys

from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

address, token, document = sys.argv[1:4]
known = dict(
    credentials=Credentials(token), static_discovery=True, client_options={"api_endpoint": address}
)
docs = build("docs", "v1", **known).documents()
drive = build("drive", "v3", **(known | {"client_options": {"api_endpoint": address + "/drive/v3/"}}))


def get():
    return docs.get(
        documentId=document, includeTabsContent=True, suggestionsViewMode="SUGGESTIONS_INLINE"
    ).execute()


def units(text):
    return len(text.encode("utf-16-le")) // 2


def walk(content):
    """Every element begins where the one before ended, and every run is as long as its text."""
    texts, end = [], content[0].get("startIndex", 0)
    for element in content:
        assert element.get("startIndex", 0) == end, element
        end = element["endIndex"]
        for run in element.get("paragraph", {}).get("elements", []):
            if "textRun" in run:
                text = run["textRun"]["content"]
                assert run["endIndex"] - run["startIndex"] == units(text), run
                texts.append(text)
        for row in element.get("table", {}).get("tableRows", []):
            for cell in row["tableCells"]:
                texts += walk(cell["content"])
    return texts


whole = get()
texts = {tab["tabProperties"]["title"]: "".join(walk(tab["documentTab"]["body"]["content"])) for tab in whole["tabs"]}
assert "𠮷田商店" in texts["誤連絡"] and "👨‍👩‍👧‍👦" in texts["誤連絡"], texts
named = whole["tabs"][0]["documentTab"]["namedRanges"]
assert any(name.startswith("yk1:b:c1:") for name in named) and any(name.startswith("yk1:g:c1:") for name in named)

# A stale revision is refused in Google's words, and nothing of a batch with one bad request is carried out.
tab = whole["tabs"][0]["tabProperties"]["tabId"]
insert = {"insertText": {"location": {"index": 1, "tabId": tab}, "text": "人が先頭に\n"}}
bad = {"insertText": {"location": {"index": 99999, "tabId": tab}, "text": "x"}}
for requests, revision, words in [
    ([insert], "old", "does not match the latest revision"),
    ([insert, bad], whole["revisionId"], "requests[1].insertText"),
]:
    try:
        docs.batchUpdate(
            documentId=document, body={"requests": requests, "writeControl": {"requiredRevisionId": revision}}
        ).execute()
        raise SystemExit("not refused")
    except HttpError as error:
        assert error.resp.status == 400 and words in error.reason, error
assert get() == whole

answer = docs.batchUpdate(
    documentId=document,
    body={"requests": [insert], "writeControl": {"requiredRevisionId": whole["revisionId"]}},
).execute()
after = get()
assert answer["writeControl"]["requiredRevisionId"] == after["revisionId"] != whole["revisionId"]
assert "".join(walk(after["tabs"][0]["documentTab"]["body"]["content"])).startswith("人が先頭に\n誤連絡")

found = drive.files().list(
    q="appProperties has { key='yokotenBook' and value='book-1' } and trashed = false",
    fields="files(id)", supportsAllDrives=True, includeItemsFromAllDrives=True, corpora="allDrives",
).execute()
assert found["files"] == [{"id": document}], found
print("fine")
