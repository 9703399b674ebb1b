#!/usr/bin/env python3
"""The job of the clip service as a Python service does it, with aio-pika and aiobotocore: take a task, see that its stream is
active, get the clip, put it into the bucket, tell the next queue. It checks nothing and gets what GetClip gives.

    bench/clips_peer.py BROKER_URL KVS_URL S3_URL BUCKET WORKERS
Runs until it is ended. Credentials come from the environment."""

import asyncio
import datetime
import json
import sys

import aio_pika
from aiobotocore.session import get_session

TASKS, NEXT = "S2_PROCESSING_QUEUE", "M0_PRIORITY_QUEUE"


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


class Service:
    def __init__(self, kvs, s3, channel, bucket, archived_media):
        self.kvs, self.s3, self.channel, self.bucket, self.archived_media = kvs, s3, channel, bucket, archived_media
        self.media = {}  # By stream: the client of its data endpoint.

    async def client(self, stream):
        if stream not in self.media:
            endpoint = await self.kvs.get_data_endpoint(StreamName=stream, APIName="GET_CLIP")
            self.media[stream] = await self.archived_media(endpoint["DataEndpoint"])
        return self.media[stream]

    async def handle(self, message):
        async with message.process():
            task = json.loads(message.body)
            stream = task["stream_name"]
            status = await self.kvs.describe_stream(StreamName=stream)
            if status["StreamInfo"]["Status"] != "ACTIVE":
                return
            media = await self.client(stream)
            span = {"StartTimestamp": moment(task["start_time"]), "EndTimestamp": moment(task["end_time"])}
            clip = await media.get_clip(StreamName=stream, ClipFragmentSelector={
                "FragmentSelectorType": "PRODUCER_TIMESTAMP", "TimestampRange": span})
            body = await clip["Payload"].read()
            key = f"live/{task['camera_id']}/{task['start_time'].replace(':', '-')}.mp4"
            await self.s3.put_object(Bucket=self.bucket, Key=key, Body=body, ContentType="video/mp4")
            url = await self.s3.generate_presigned_url("get_object", Params={"Bucket": self.bucket, "Key": key})
            told = {"process_id": task["process_id"], "inference_modality": "live", "url": url,
                    "cloud_stream_path": f"s3://{self.bucket}/{key}", "live_start_time": task["start_time"]}
            await self.channel.default_exchange.publish(
                aio_pika.Message(json.dumps(told).encode(), delivery_mode=aio_pika.DeliveryMode.PERSISTENT), NEXT)


async def main(broker_url, kvs_url, s3_url, bucket, workers):
    session = get_session()
    async with (session.create_client("kinesisvideo", endpoint_url=kvs_url) as kvs,
                session.create_client("s3", endpoint_url=s3_url) as s3,
                await aio_pika.connect_robust(broker_url) as connection):
        async def archived_media(endpoint):
            return await session.create_client("kinesis-video-archived-media", endpoint_url=endpoint).__aenter__()

        channel = await connection.channel(publisher_confirms=True)
        await channel.set_qos(prefetch_count=int(workers))
        service = Service(kvs, s3, channel, bucket, archived_media)
        await (await channel.get_queue(TASKS)).consume(service.handle)
        await asyncio.Event().wait()


asyncio.run(main(*sys.argv[1:]))
