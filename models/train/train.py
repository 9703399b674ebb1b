#!/usr/bin/python3
"""Trains the demo model on rendered pictures. See README.md for the whole recipe."""

import argparse
import copy
import math
import time
from pathlib import Path

import numpy as np
import torch

from data import Pictures, batches, load
from loss import detection_loss
from net import CLASSES, Detector


class Average:
    """Exponential moving average of the weights: what is kept in the end."""

    def __init__(self, model, decay=0.998):
        self.model, self.decay, self.steps = copy.deepcopy(model).eval(), decay, 0

    @torch.no_grad()
    def update(self, model):
        self.steps += 1
        decay = self.decay * (1 - math.exp(-self.steps / 200))
        for mine, theirs in zip(self.model.state_dict().values(), model.state_dict().values()):
            if mine.dtype.is_floating_point:
                mine.mul_(decay).add_(theirs, alpha=1 - decay)
            else:
                mine.copy_(theirs)


def learning_rate(step, steps, peak, warm=150):
    if step < warm:
        return peak * (step + 1) / warm
    return peak * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm))))


def optimizer_of(model, decay):
    """AdamW that spares biases and norms from weight decay."""
    flat = [p for p in model.parameters() if p.ndim == 1]
    rest = [p for p in model.parameters() if p.ndim > 1]
    return torch.optim.AdamW([{"params": flat, "weight_decay": 0}, {"params": rest, "weight_decay": decay}], lr=1e-3)


def train(args):
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    random = np.random.RandomState(args.seed)
    sets = [Pictures(folder) for folder in args.data]
    photographs = args.photographs and Pictures(args.photographs)
    model = Detector().to(memory_format=torch.channels_last)
    if args.resume:
        model.load_state_dict(torch.load(args.resume))
    average = Average(model)
    optimizer = optimizer_of(model, 0.02)
    favoured = [CLASSES.index(name) for name in args.favour]
    steps = args.epochs * len(batches(sets, args.batch, np.random.RandomState(0), favoured))
    step, start = 0, time.time()
    for epoch in range(args.epochs):
        for pictures, indices in batches(sets, args.batch, random, favoured):
            images, truths = load(pictures, indices, random, photographs, args.batch // 4)
            for group in optimizer.param_groups:
                group["lr"] = learning_rate(step, steps, args.rate)
            offsets, logits = model.train().raw(images)
            box_loss, score_loss = detection_loss(offsets, logits, truths, images.shape[2:], args.focus)
            optimizer.zero_grad()
            (box_loss + score_loss).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 10)
            optimizer.step()
            average.update(model)
            if step % 20 == 0:
                print(f"epoch {epoch} step {step}/{steps} box {box_loss.item():.3f} score {score_loss.item():.3f} "
                      f"{time.time() - start:.0f} s", flush=True)
            step += 1
        torch.save(average.model.state_dict(), args.out)
    print(f"trained {step} steps in {time.time() - start:.0f} s", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", nargs="+", type=Path, required=True, help="folders that `kinesight sim dataset` wrote")
    parser.add_argument("--photographs", type=Path, help="folder of photographs.py: for four pictures of a batch one of these")
    parser.add_argument("--out", type=Path, required=True, help="file of the weights")
    parser.add_argument("--epochs", type=int, required=True)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=2e-3, help="peak learning rate")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--resume", type=Path, help="begin with these weights")
    parser.add_argument("--focus", type=float, default=2.0, help="of the score loss; see loss.py")
    parser.add_argument("--favour", nargs="*", default=[], choices=CLASSES, help="classes that take longest to learn; see data.py")
    train(parser.parse_args())


if __name__ == "__main__":
    main()
