// What the server's own rows say of themselves: OpenAPI operation objects, and JSON Schemas (2020-12).
#include "http/openapi.h"

namespace kinesight::http::described {

const std::string_view kHealth = R"({
  "operationId": "health",
  "summary": "Whether the service does its job.",
  "responses": {
    "200": {"description": "It does, perhaps not all of it (degraded): then the reasons are there.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Health"}}}},
    "503": {"description": "It does not.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Health"}}}}
  }
})";

const std::string_view kHealthToo = R"({
  "operationId": "healthToo",
  "summary": "The same as /healthz.",
  "responses": {
    "200": {"description": "As of /healthz.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Health"}}}},
    "503": {"description": "As of /healthz.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Health"}}}}
  }
})";

const std::string_view kMetrics = R"({
  "operationId": "metrics",
  "summary": "Metrics for Prometheus, in its text format 0.0.4.",
  "responses": {
    "200": {"description": "All of them.", "content": {"text/plain": {"schema": {"type": "string"}}}}
  }
})";

const std::string_view kCameras = R"({
  "operationId": "listCameras",
  "summary": "Every camera of the configuration, and how it is.",
  "responses": {
    "200": {"description": "In the order of the configuration.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Cameras"}}}}
  }
})";

const std::string_view kLatestPicture = R"({
  "operationId": "latestPicture",
  "summary": "The newest picture that a camera's detectors saw, with their boxes.",
  "description": "Has an ETag: a picture that has not changed since If-None-Match is not sent again.",
  "parameters": [
    {"name": "id", "in": "path", "required": true, "description": "Of the camera.", "schema": {"type": "string", "minLength": 1}}
  ],
  "responses": {
    "200": {"description": "The picture.", "content": {"image/jpeg": {"schema": {}}}},
    "304": {"description": "It is the one that the client has."},
    "400": "A parameter is wrong.",
    "404": "No enabled camera is called so.",
    "503": "There is no picture yet."
  }
})";

const std::string_view kEvents = R"({
  "operationId": "listEvents",
  "summary": "The events that were raised, of which the local publisher keeps as many as it is told to, and memory the last thousand.",
  "description": "To page, ask again with the time of the last one as until, or as since where the oldest come first; one of the same moment may come twice.",
  "responses": {
    "200": {"description": "Those that match.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Events"}}}},
    "400": "A parameter is wrong, unknown or comes twice.",
    "503": "The store cannot be read at the moment."
  }
})";

const std::string_view kEvent = R"({
  "operationId": "getEvent",
  "summary": "One event.",
  "parameters": [
    {"name": "event_id", "in": "path", "required": true, "description": "Of the event.", "schema": {"type": "string", "minLength": 1}}
  ],
  "responses": {
    "200": {"description": "The event.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Event"}}}},
    "404": "There is no such event, or none any more.",
    "503": "The store cannot be read at the moment."
  }
})";

const std::string_view kFootage = R"({
  "operationId": "getFootage",
  "summary": "The video around an event, from the recording of its Kinesis video stream.",
  "description": "Fetched from AWS when it is asked for, which costs money, and kept for a few minutes. Without parameters: what extras.kvs.clip of the event asks for. It begins with the fragment that the time lies in, or the one before. A Range header is heeded.",
  "parameters": [
    {"name": "event_id", "in": "path", "required": true, "description": "Of the event.", "schema": {"type": "string", "minLength": 1}}
  ],
  "responses": {
    "200": {"description": "An MP4 file.", "content": {"video/mp4": {"schema": {}}}},
    "206": {"description": "The part that Range asks for.", "content": {"video/mp4": {"schema": {}}}},
    "400": "A parameter is wrong, unknown or comes twice.",
    "404": "There is no such event; or it is of no Kinesis video stream; or there is no recording of its time any more.",
    "416": "The Range lies beyond the end.",
    "422": "It is too long: ask for fewer seconds.",
    "429": "Too many are fetched at the moment: ask again after Retry-After.",
    "502": "AWS refuses.",
    "503": "It is not recorded to its end yet, or AWS is away: ask again after Retry-After."
  }
})";

const std::string_view kEventStream = R"({
  "operationId": "followEvents",
  "summary": "Events as they are raised, as server-sent events; without an end.",
  "description": "Each has an envelope as its data. An event named skipped says how many the client was too slow for. Last-Event-ID goes on where a stream was cut off.",
  "responses": {
    "200": {"description": "From now on, or from Last-Event-ID.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}}},
    "503": "Too many follow the events already: ask again after Retry-After."
  }
})";

const std::string_view kCoverage = R"({
  "operationId": "coverage",
  "summary": "What of each camera's time was watched, what was not, and why.",
  "responses": {
    "200": {"description": "The cameras that there is something to say of.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Coverage"}}}},
    "400": "A parameter is wrong, unknown or comes twice; or since is not before until.",
    "404": "No camera is called so.",
    "503": "The record cannot be read at the moment."
  }
})";

const std::string_view kSnapshot = R"({
  "operationId": "snapshot",
  "summary": "The picture of an event, by the key that its extras say.",
  "parameters": [
    {"name": "key", "in": "path", "required": true,
     "description": "The key behind its prefix, CAMERA/YYYY/MM/DD/MS.jpg; its slashes need no encoding.",
     "schema": {"type": "string", "minLength": 1}}
  ],
  "responses": {
    "200": {"description": "The picture.", "content": {"image/jpeg": {"schema": {}}}},
    "404": "There is no such picture, or none any more."
  }
})";

const std::string_view kLogin = R"({
  "operationId": "login",
  "summary": "Turns the token into a cookie, for pictures and event streams of a browser.",
  "description": "The token comes as Authorization: Bearer TOKEN.",
  "security": [{"bearer": []}],
  "responses": {
    "204": {"description": "Set-Cookie has it; it is good for 30 days."},
    "401": "That is not the server's token."
  }
})";

const std::string_view kDocument = R"({
  "operationId": "document",
  "summary": "This document.",
  "responses": {
    "200": {"description": "OpenAPI 3.1.", "content": {"application/json": {"schema": {"type": "object"}}}}
  }
})";

}  // namespace kinesight::http::described
