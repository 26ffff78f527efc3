"""The framework's floor: an endpoint that reads the body and answers, served as `kesher web` serves."""

import sys

import uvicorn
from fastapi import FastAPI, Request, Response


def floor_app() -> FastAPI:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/readyz")
    async def readyz() -> dict[str, str]:
        return {"status": "ready"}

    @app.post("/v1/events", status_code=202)
    async def events(request: Request) -> Response:
        await request.body()
        return Response(b'{"accepted":1,"rejected":[]}', 202, media_type="application/json")

    return app


if __name__ == "__main__":
    uvicorn.run(
        floor_app(), host="127.0.0.1", port=int(sys.argv[1]), access_log=False, log_level="warning", backlog=4096
    )
