"""The models of bench/jobs.ts in PyTorch, as a student writes them, with the same layer names.

A job has `model(**options)`, `optimizers(model)` and `step(model, optimizers, batch)`, which makes one
update and returns the loss. Batches are dicts of tensors, images as [batch, channels, height, width].
"""
from types import SimpleNamespace

import torch
import torch.nn.functional as F
from torch import nn, optim


class Mlp(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 100)
        self.fc2 = nn.Linear(100, 100)
        self.fc3 = nn.Linear(100, 10)

    def forward(self, x):
        x = x.flatten(1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


class Cnn(nn.Module):
    # The maps that a linear layer reads or writes flattened: (which side, channels, height, width).
    flattened = {"fc1": ("inputs", 64, 3, 3)}

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 3, padding=1)
        self.conv2 = nn.Conv2d(16, 32, 3, padding=1)
        self.conv3 = nn.Conv2d(32, 64, 3, padding=1)
        self.fc1 = nn.Linear(64 * 3 * 3, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.max_pool2d(F.relu(self.conv3(x)), 2)
        return self.fc1(x.flatten(1))


class Vgg11(nn.Module):
    def __init__(self, dropout, head_width):
        super().__init__()
        layers, channels = [], 1
        for width in [64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"]:
            if width == "M":
                layers.append(nn.MaxPool2d(2))
            else:
                layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU(inplace=True)]
                channels = width
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(
            nn.Linear(512, head_width), nn.ReLU(inplace=True), nn.Dropout(dropout),
            nn.Linear(head_width, head_width), nn.ReLU(inplace=True), nn.Dropout(dropout),
            nn.Linear(head_width, 10),
        )

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))


class CharLstm(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(128, 128, batch_first=True)
        self.fc = nn.Linear(128, 2)

    def forward(self, ids, lengths):
        outputs, _ = self.lstm(F.one_hot(ids, 128).float())
        last = outputs[torch.arange(len(ids)), lengths - 1]
        return self.fc(last)


class ConvEncoder(nn.Module):
    flattened = {"fc1": ("inputs", 8, 7, 7)}

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, 3, padding=1)
        self.conv2 = nn.Conv2d(4, 8, 3, padding=1)
        self.fc1 = nn.Linear(392, 20)
        self.fc2 = nn.Linear(20, 2)

    def forward(self, x):
        pooled1 = F.max_pool2d(F.relu(self.conv1(x)), 2)
        pooled2 = F.max_pool2d(F.relu(self.conv2(pooled1)), 2)
        return self.fc2(F.relu(self.fc1(pooled2.flatten(1)))), pooled2, pooled1


class ConvDecoder(nn.Module):
    flattened = {"fc2": ("outputs", 8, 7, 7)}

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(2, 20)
        self.fc2 = nn.Linear(20, 392)
        self.conv1 = nn.Conv2d(8, 4, 3, padding=1)
        self.conv2 = nn.Conv2d(4, 1, 3, padding=1)

    def forward(self, h, pooled2, pooled1):
        x = F.relu(self.fc2(F.relu(self.fc1(h)))).view(-1, 8, 7, 7) + pooled2
        x = F.relu(self.conv1(F.interpolate(x, scale_factor=2))) + pooled1
        return torch.sigmoid(self.conv2(F.interpolate(x, scale_factor=2)))


class SkipAutoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = ConvEncoder()
        self.decoder = ConvDecoder()

    def forward(self, x):
        return self.decoder(*self.encoder(x))


class VaeEncoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 400)
        self.mean = nn.Linear(400, 20)
        self.logVariance = nn.Linear(400, 20)

    def forward(self, x):
        h = F.relu(self.fc1(x.flatten(1)))
        return self.mean(h), self.logVariance(h)


class VaeDecoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(20, 400)
        self.fc2 = nn.Linear(400, 784)

    def forward(self, z):
        return torch.sigmoid(self.fc2(F.relu(self.fc1(z))))


class Vae(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = VaeEncoder()
        self.decoder = VaeDecoder()

    def forward(self, x, epsilon=None):
        mean, log_variance = self.encoder(x)
        if epsilon is None:
            epsilon = torch.randn_like(mean)
        z = mean + torch.exp(0.5 * log_variance) * epsilon
        return self.decoder(z), mean, log_variance


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(100, 256)
        self.fc2 = nn.Linear(256, 512)
        self.fc3 = nn.Linear(512, 1024)
        self.fc4 = nn.Linear(1024, 784)

    def forward(self, x):
        for layer in [self.fc1, self.fc2, self.fc3]:
            x = F.leaky_relu(layer(x), 0.2)
        return torch.tanh(self.fc4(x))


class Discriminator(nn.Module):
    def __init__(self, dropout):
        super().__init__()
        self.fc1 = nn.Linear(784, 1024)
        self.fc2 = nn.Linear(1024, 512)
        self.fc3 = nn.Linear(512, 256)
        self.fc4 = nn.Linear(256, 1)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x):
        x = x.flatten(1)
        for layer in [self.fc1, self.fc2, self.fc3]:
            x = self.dropout(F.leaky_relu(layer(x), 0.2))
        return self.fc4(x)


class Gan(nn.Module):
    def __init__(self, dropout):
        super().__init__()
        self.generator = Generator()
        self.discriminator = Discriminator(dropout)


class BasicBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x):
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        return F.relu(out + (x if self.downsample is None else self.downsample(x)))


class Resnet(nn.Module):
    def __init__(self, channels=(16, 32, 64)):
        super().__init__()
        self.conv1 = nn.Conv2d(1, channels[0], 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels[0])
        self.layer1 = nn.Sequential(BasicBlock(channels[0], channels[0], 1))
        for stage in range(1, len(channels)):
            block = BasicBlock(channels[stage - 1], channels[stage], 2)
            self.add_module(f"layer{stage + 1}", nn.Sequential(block))
        self.stages = len(channels)
        self.fc = nn.Linear(channels[-1], 10)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        for stage in range(self.stages):
            x = self.get_submodule(f"layer{stage + 1}")(x)
        return self.fc(x.mean((2, 3)))


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 128), nn.ReLU(),
            nn.Linear(128, 32), nn.ReLU(), nn.Linear(32, 2),
        )
        self.decoder = nn.Sequential(
            nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 128), nn.ReLU(),
            nn.Linear(128, 512), nn.ReLU(), nn.Linear(512, 784), nn.Sigmoid(),
        )

    def forward(self, x):
        return self.decoder(self.encoder(x.flatten(1)))


def update(optimizer, loss):
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss


def nesterov(model):
    return [optim.SGD(model.parameters(), lr=0.01, momentum=0.9, nesterov=True)]


def adam(lr):
    return lambda model: [optim.Adam(model.parameters(), lr=lr)]


def classify(model, optimizers, batch):
    return update(optimizers[0], F.cross_entropy(model(batch["x"]), batch["y"]))


def classify_text(model, optimizers, batch):
    logits = model(batch["ids"], batch["lengths"])
    return update(optimizers[0], F.nll_loss(F.log_softmax(logits, 1), batch["y"]))


def reconstruct(model, optimizers, batch):
    return update(optimizers[0], F.mse_loss(model(batch["x"]), batch["x"]))


def reconstruct_rows(model, optimizers, batch):
    x = batch["x"].flatten(1)
    return update(optimizers[0], F.mse_loss(model(x), x))


def vae_step(model, optimizers, batch):
    x = batch["x"].flatten(1)
    reconstruction, mean, log_variance = model(x, batch.get("epsilon"))
    bce = F.binary_cross_entropy(reconstruction, x, reduction="sum")
    kl = -0.5 * torch.sum(1 + log_variance - mean.pow(2) - log_variance.exp())
    return update(optimizers[0], (bce + kl) / len(x))


def gan_optimizers(model):
    return [
        optim.Adam(model.discriminator.parameters(), lr=0.0002),
        optim.Adam(model.generator.parameters(), lr=0.0002),
    ]


def gan_step(model, optimizers, batch):
    x = batch["x"].flatten(1) * 2 - 1
    z1 = batch["z1"] if "z1" in batch else torch.randn(len(x), 100)
    z2 = batch["z2"] if "z2" in batch else torch.randn(len(x), 100)
    ones, zeros = torch.ones(len(x), 1), torch.zeros(len(x), 1)
    generator, discriminator = model.generator, model.discriminator

    real = F.binary_cross_entropy_with_logits(discriminator(x), ones)
    fake = F.binary_cross_entropy_with_logits(discriminator(generator(z1).detach()), zeros)
    discriminator_loss = update(optimizers[0], real + fake)

    deceived = F.binary_cross_entropy_with_logits(discriminator(generator(z2)), ones)
    return discriminator_loss + update(optimizers[1], deceived)


JOBS = {
    "mlp": SimpleNamespace(model=Mlp, optimizers=nesterov, step=classify),
    "cnn": SimpleNamespace(model=Cnn, optimizers=nesterov, step=classify),
    "vgg11": SimpleNamespace(model=Vgg11, optimizers=nesterov, step=classify),
    "char-lstm": SimpleNamespace(model=CharLstm, optimizers=adam(0.0001), step=classify_text),
    "conv-autoencoder": SimpleNamespace(
        model=SkipAutoencoder, optimizers=adam(0.001), step=reconstruct
    ),
    "vae": SimpleNamespace(model=Vae, optimizers=adam(0.001), step=vae_step),
    "gan": SimpleNamespace(model=Gan, optimizers=gan_optimizers, step=gan_step),
    "resnet": SimpleNamespace(model=Resnet, optimizers=nesterov, step=classify),
    "autoencoder": SimpleNamespace(
        model=Autoencoder, optimizers=adam(0.001), step=reconstruct_rows
    ),
}
