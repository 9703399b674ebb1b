"""The same job as `bench_pipeline watch` in Python: OpenCV decodes every frame, ONNX Runtime runs the model on those
that fps_target asks for, NumPy reads the boxes. Usage: reference.py VIDEO MODEL FPS_TARGET; prints one JSON object."""

import json
import sys
import time

import cv2
import numpy as np
import onnxruntime

WARM_UP = 60  # Frames.


def letterbox(image, size):
    """Scales into size x size, centred on grey, as YOLO models are trained."""
    height, width = image.shape[:2]
    scale = min(size / width, size / height)
    scaled = cv2.resize(image, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_LINEAR)
    canvas = np.full((size, size, 3), 114, np.uint8)
    top, left = (size - scaled.shape[0]) // 2, (size - scaled.shape[1]) // 2
    canvas[top:top + scaled.shape[0], left:left + scaled.shape[1]] = scaled
    return canvas


def boxes_of(output, conf):
    """[x, y, w, h, score, class] after non-maximum suppression, of a [1, 4 + C, N] head."""
    predictions = output[0].T
    scores = predictions[:, 4:].max(axis=1)
    kept = predictions[scores >= conf]
    scores = scores[scores >= conf]
    corners = np.concatenate([kept[:, :2] - kept[:, 2:4] / 2, kept[:, 2:4]], axis=1)
    chosen = cv2.dnn.NMSBoxes(corners.tolist(), scores.tolist(), conf, 0.45)
    return [(*corners[i], scores[i], int(kept[i, 4:].argmax())) for i in np.array(chosen).flatten()]


def watch(session, video, fps_target, most=None):
    """How many frames were decoded, how many of them inferred; `most` decodes no more."""
    capture = cv2.VideoCapture(video)
    size = session.get_inputs()[0].shape[2]
    step = 1 / fps_target
    due, frames, inferred = 0.0, 0, 0
    fps = capture.get(cv2.CAP_PROP_FPS)
    while True:
        good, frame = capture.read()
        if not good or frames == most:
            return frames, inferred
        now, frames = frames / fps, frames + 1
        if now < due - 0.005:
            continue
        due += step
        picture = letterbox(frame, size)[:, :, ::-1].transpose(2, 0, 1)[None].astype(np.float32) / 255
        boxes_of(session.run(None, {session.get_inputs()[0].name: np.ascontiguousarray(picture)})[0], 0.25)
        inferred += 1


def main():
    video, model, fps_target = sys.argv[1], sys.argv[2], float(sys.argv[3])
    cv2.setNumThreads(1)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    watch(session, video, fps_target, WARM_UP)
    begin = time.process_time()
    frames, inferred = watch(session, video, fps_target)
    print(json.dumps({"cpu_seconds": time.process_time() - begin, "frames": inferred, "decoded": frames}))


if __name__ == "__main__":
    main()
