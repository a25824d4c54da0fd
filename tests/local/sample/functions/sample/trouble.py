"""Fails in each way that a function can."""

import os
import threading


def handler(event, context):
    kind = event["pathParameters"]["kind"]
    if kind == "raise":
        raise RuntimeError("on purpose")
    if kind == "exit":
        os._exit(3)
    if kind == "hang":
        threading.Event().wait(60)
    if kind == "nonsense":
        return {"statusCode": 200, "body": {"not": "text"}}
    if kind == "plain":
        return {"kind": kind}
    if kind == "bytes":
        return {"statusCode": 201, "body": "AP8=", "isBase64Encoded": True}
    return {"statusCode": 204}
