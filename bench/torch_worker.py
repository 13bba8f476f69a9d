"""PyTorch's side: trains what run.ts asks for, one JSON a line in and out (see protocol.ts)."""
import json
import resource
import sys
import time

import torch
from torch.utils.data import DataLoader, TensorDataset
from torch_models import JOBS

NUM_BATCHES = 8


def random_batch(name, size):
    if name == "char-lstm":
        return {
            "ids": torch.randint(128, (size, 140)),
            "lengths": torch.full((size,), 140),
            "y": torch.randint(2, (size,)),
        }
    side = 32 if name == "vgg11" else 28
    return {"x": torch.rand(size, 1, side, side), "y": torch.randint(10, (size,))}


class Worker:
    def load(self, job, batchSize, options, channelsLast=False):
        self.job, self.batch_size, self.channels_last = JOBS[job], batchSize, channelsLast
        self.model = self.job.model(**options)
        self.model.train()
        if channelsLast:
            self.model = self.model.to(memory_format=torch.channels_last)
        self.optimizers = self.job.optimizers(self.model)
        self.batches = [self.arrange(random_batch(job, batchSize)) for _ in range(NUM_BATCHES)]
        return {"description": f"PyTorch {torch.__version__}"}

    def arrange(self, batch):
        if self.channels_last and "x" in batch:
            batch["x"] = batch["x"].contiguous(memory_format=torch.channels_last)
        return batch

    def steps(self, count, threads):
        torch.set_num_threads(threads)
        for i in range(count):
            self.job.step(self.model, self.optimizers, self.batches[i % NUM_BATCHES]).item()
        return {}

    def epoch(self, images, imgSize, threads):
        torch.set_num_threads(threads)
        pixels = torch.rand(images, 1, imgSize, imgSize)
        data = TensorDataset(pixels, torch.randint(10, (images,)))
        for x, y in DataLoader(data, batch_size=self.batch_size, shuffle=True):
            self.job.step(self.model, self.optimizers, self.arrange({"x": x, "y": y})).item()
        return {}


def main():
    worker = Worker()
    for line in sys.stdin:
        request = json.loads(line)
        started_at = time.perf_counter()
        try:
            answer = getattr(worker, request.pop("ask"))(**request)
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        answer["seconds"] = time.perf_counter() - started_at
        answer["peakMiB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(answer), flush=True)


main()
