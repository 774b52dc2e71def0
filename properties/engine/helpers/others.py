"""VAEs of other libraries as functions that the gate takes: of the weights of linear ones, or of four tensors."""

from types import SimpleNamespace

import pytest

MISSING = "the extra thirdparty is not installed"


def given_heads(pythae, model, mu, logvar, recon_x):
    """Return a model of pythae whose encoder and decoder return these, whatever they are given."""
    from pythae.models.base.base_utils import ModelOutput  # noqa: PLC0415
    from pythae.models.nn import BaseDecoder, BaseEncoder  # noqa: PLC0415

    class Encoder(BaseEncoder):
        def forward(self, x):
            return ModelOutput(embedding=mu, log_covariance=logvar)

    class Decoder(BaseDecoder):
        def forward(self, z):
            return ModelOutput(reconstruction=recon_x(z) if callable(recon_x) else recon_x)

    config = getattr(pythae, f"{model.kind}Config")(latent_dim=mu.shape[-1], input_dim=(1,), **model.options)
    return getattr(pythae, model.kind)(config, encoder=Encoder(), decoder=Decoder())


def pythae_loss(kind, **options):
    """Return the loss of a model of pythae, VAE or BetaVAE, as a function of (recon_x, x, mu, logvar).

    The whole model is called; the noise that it draws does not matter, as the reconstruction is given.
    """
    pytest.importorskip("pythae", reason=MISSING)
    from pythae import models  # noqa: PLC0415

    def loss(recon_x, x, mu, logvar):
        model = given_heads(models, SimpleNamespace(kind=kind, options=options), mu, logvar, recon_x)
        return model({"data": x}).loss

    return loss


def pythae_adapter(kind, **options):
    """Return the loss of a linear VAE of pythae as a function of weights, data and noise."""
    pytest.importorskip("pythae", reason=MISSING)
    import torch  # noqa: PLC0415
    from pythae import models  # noqa: PLC0415

    def adapter(X, noise, At, Bt, D):
        X, noise, At, Bt, D = map(torch.from_numpy, (X, noise, At, Bt, D))
        mu, logvar = X @ Bt.mT, D.log().expand(len(X), -1)
        chosen = SimpleNamespace(kind=kind, options=options)
        model = given_heads(models, chosen, mu, logvar, lambda z: z @ At.mT)
        model._sample_gauss = lambda mu, std: (mu + noise * std, noise)
        return model({"data": X}).loss

    return adapter


def pyro_adapter(elbo, monkeypatch):
    """Return an ELBO of Pyro, of a linear VAE, as a function of weights, data and noise: summed over the batch."""
    pytest.importorskip("pyro", reason=MISSING)
    import pyro  # noqa: PLC0415
    import torch  # noqa: PLC0415
    from pyro.distributions import Normal  # noqa: PLC0415

    def adapter(X, noise, At, Bt, D, eps):
        X, noise, At, Bt, D = map(torch.from_numpy, (X, noise, At, Bt, D))

        def model(x):
            with pyro.plate("data", len(x)):
                z = pyro.sample("z", Normal(torch.zeros_like(noise), 1.0).to_event(1))
                pyro.sample("x", Normal(z @ At.mT, eps).to_event(1), obs=x)

        def guide(x):
            with pyro.plate("data", len(x)):
                pyro.sample("z", Normal(x @ Bt.mT, D.sqrt()).to_event(1))

        monkeypatch.setattr("torch.distributions.normal._standard_normal", lambda *_, **__: noise)
        return getattr(pyro.infer, elbo)().loss(model, guide, X)

    return adapter


def pyro_loss(elbo):
    """Return an ELBO of Pyro as a function of (recon_x, x, mu, logvar), summed over the batch; z does not matter."""
    pytest.importorskip("pyro", reason=MISSING)
    import pyro  # noqa: PLC0415
    import torch  # noqa: PLC0415
    from pyro.distributions import Normal  # noqa: PLC0415

    def loss(recon_x, x, mu, logvar):
        def model():
            with pyro.plate("data", len(x)):
                pyro.sample("z", Normal(torch.zeros_like(mu), 1.0).to_event(1))
                pyro.sample("x", Normal(recon_x, 1.0).to_event(1), obs=x)

        def guide():
            with pyro.plate("data", len(x)):
                pyro.sample("z", Normal(mu, (logvar / 2).exp()).to_event(1))

        return getattr(pyro.infer, elbo)().differentiable_loss(model, guide)

    return loss
