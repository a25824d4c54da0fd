"""The API described for those who build on it: OpenAPI, a reference page, a Postman collection.

`make openapi` writes all three from template.yaml, the handlers and their decoders; only what
answers look like is written here (`wire/`), and the API tests hold every answer to it. Nothing that
runs in AWS imports this package.
"""
