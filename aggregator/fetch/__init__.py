"""The only way out: fetches feeds and pages over HTTP. It reads no document and knows no store."""
