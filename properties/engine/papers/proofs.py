"""The proofs of the papers: each shows something, and fails for other formulas than those that it is about."""

import ast
import importlib
import inspect

import pytest
import sympy

import properties
from properties.engine.helpers.foreign import TREE
from properties.engine.helpers.slow import thinned
from verify.claims.claim import Claim
from verify.proving import ProofFailed
from verify.registry.selection import only, select

FORMULAS = [
    ("koehler2022.proofs.losses", "vae_loss", "prove_kl_bound"),
    ("koehler2022.proofs.losses", "vae_loss", "prove_lower_bound"),
    ("koehler2022.proofs.losses", "optimal_decoder_deviation", "prove_optimal_deviation"),
    ("koehler2022.proofs.losses", "loss_gradient", "prove_optimal_d"),
    ("koehler2022.proofs.losses", "optimal_encoder_variance", "prove_optimal_d"),
    ("koehler2022.proofs.losses", "simplified_loss", "prove_row_correlation"),
    ("koehler2022.proofs.flow", "simplified_loss_gradient", "prove_row_decay"),
    ("koehler2022.proofs.flow", "simplified_loss_gradient", "prove_recovery"),
    ("koehler2022.proofs.flow", "simplified_loss_gradient", "prove_too_few_latents"),
    ("koehler2022.proofs.nonlinear", "vae_loss", "prove_wide_loss_is_bounded_below"),
    ("koehler2022.proofs.nonlinear", "nonlinear_decoder", "prove_wide_loss"),
    ("koehler2022.proofs.nonlinear", "nonlinear_decoder", "prove_ground_truth"),
    ("koehler2022.proofs.nonlinear", "wide_encoder_variance", "prove_wide_limit"),
    ("koehler2022.proofs.nonlinear", "nonlinear_decoder", "prove_wide_output"),
    ("koehler2022.proofs.landscape", "optimal_encoder_variance", "prove_optimal_variances"),
    ("koehler2022.proofs.landscape", "linear_reconstruction", "prove_necessity"),
    ("koehler2022.proofs.landscape", "simplified_loss", "prove_bound_while_columns_are_long"),
    ("koehler2022.claims.left_over", "simplified_loss_gradient", "prove_left_over"),
    ("results.proofs.linear_vae", "loss_gradient", "prove_balance"),
    ("results.proofs.linear_vae", "aggregate_covariance", "prove_aggregate_covariance"),
    ("results.proofs.linear_vae", "decay_matrix", "prove_linear_law"),
    ("results.proofs.linear_vae", "simplified_loss_gradient", "prove_squares_fall"),
    ("results.proofs.end_of_eps", "unused_dimensions", "prove_end_of_eps"),
    ("results.proofs.end_of_eps", "simplified_loss_gradient", "prove_one_latent"),
    ("results.proofs.spare_latent", "simplified_loss_gradient", "prove_conserved"),
    ("results.proofs.spare_latent", "unused_dimensions", "prove_spare_latent"),
    ("results.claims.slow_residual", "simplified_loss_gradient", "prove_slow_residual"),
    ("wang2022.proofs.hessian", "hessian_uu", "prove_hessian_uu"),
    ("wang2022.proofs.hessian", "hessian_uv", "prove_hessian_vu_and_uv"),
    ("wang2022.proofs.hessian", "hessian_vu", "prove_hessian_vu_and_uv"),
    ("wang2022.proofs.hessian", "hessian_vv", "prove_hessian_vv"),
    ("wang2022.proofs.learned_variance", "mode_loss", "prove_mode_loss_derivative"),
    ("wang2022.proofs.learned_variance", "mode_loss_derivative", "prove_mode_loss_derivative"),
    ("wang2022.proofs.learned_variance", "optimal_sigma", "prove_stationarity"),
    ("wang2022.claims.stationarity", "printed_derivative", "prove_derivative"),
    ("wang2022.proofs.landscape", "unused_latent_form", "prove_unused_latent"),
    ("wang2022.proofs.landscape", "hessian_at_origin", "prove_origin"),
    ("wang2022.proofs.landscape", "gradient_v", "prove_critical_points"),
    ("wang2022.proofs.landscape", "encoder_singular_values", "prove_critical_points"),
    ("wang2022.proofs.landscape", "fixed_variance_minimum", "prove_ways_down"),
    ("wang2022.proofs.landscape", "gradient_u", "prove_rotations_for_fixed_variance"),
    ("wang2022.proofs.learned_minimum", "encoder_excess", "prove_excess"),
    ("wang2022.proofs.learned_minimum", "variance_excess", "prove_excess"),
    ("wang2022.proofs.learned_minimum", "alignment_excess", "prove_excess"),
    ("wang2022.proofs.learned_minimum", "learned_profile", "prove_excess"),
    ("wang2022.proofs.learned_minimum", "learned_minimum", "prove_minima"),
    ("wang2022.proofs.learned_minimum", "optimal_sigma", "prove_balance"),
    ("wang2022.proofs.learned_minimum", "rotation_excess", "prove_rotation"),
    ("results.proofs.linear_minima", "alignment_excess", "prove_rotation_with_best_variance"),
    ("results.proofs.linear_minima", "fixed_variance_minimum", "prove_cost_of_the_prior_variance"),
    ("results.proofs.linear_landscape", "variance_penalty", "prove_no_bad_minima_with_learned_variance"),
    ("dai2018.proofs.affine", "divergence", "prove_divergence"),
    ("dai2018.proofs.affine", "covariance_gradient", "prove_stationary_encoder"),
    ("dai2018.proofs.affine", "optimal_encoder_variances", "prove_optimal_diagonal_encoder"),
    ("dai2018.proofs.minima", "separable_gradient", "prove_derivatives"),
    ("dai2018.proofs.minima", "gradient", "prove_stationarity"),
    ("dai2018.proofs.variational", "concave_conjugate", "prove_conjugate_bound"),
    ("dai2018.proofs.variational", "log_determinant_bound", "prove_log_determinant_bound"),
    ("dai2018.proofs.robust_pca", "variance_cost", "prove_floored_variance_is_optimal"),
    ("dai2018.proofs.robust_pca", "mean_squares_by_code", "prove_shared_variances_reduce"),
    ("dai2018.proofs.tails", "is_outside", "prove_markov_bound"),
    ("dai2018.proofs.tails", "norm_tail", "prove_markov_bound"),
    ("dai2018.proofs.tails", "misquantisation", "prove_misquantisation_bounds"),
    ("dai2020.proofs.soft_threshold", "upper_tail", "prove_tail_bound"),
    ("dai2020.proofs.soft_threshold", "density", "prove_tail_bound"),
]
"""A formula that each proof is about; those of dai2020's networks and bounds have tests beside them."""


def scaled(result):
    """Return what a formula gives, half as much again."""
    if isinstance(result, tuple):
        return tuple(scaled(part) for part in result)
    return result * sympy.Rational(3, 2)


@pytest.mark.parametrize(("module", "formula", "proof"), thinned(FORMULAS, 8, mark="long"))
def test_a_proof_fails_for_another_formula(monkeypatch, module, formula, proof):
    place = importlib.import_module(f"{properties.__name__}.{module}")
    prove = inspect.unwrap(getattr(place, proof))  # whatever was derived once
    prove()
    right = getattr(place, formula)
    monkeypatch.setattr(place, formula, lambda *arguments: scaled(right(*arguments)))
    with pytest.raises(ProofFailed):
        prove()


def proofs():
    """Return each proof of the papers, once."""
    return {claim.proof for claim in only(Claim, select([], slow=True)) if claim.proof is not None}


def test_proofs_stand_beside_the_claims_that_they_prove():
    """Where a paper has claims/X.py, what proves them is in proofs/X.py, or in the proofs that X is about."""
    found = proofs()
    assert len(found) > 50
    for proof in found:
        assert inspect.getmodule(inspect.unwrap(proof)).__name__.split(".")[2] in ("proofs", "claims")
    for name in ("hessian", "learned_variance"):
        assert importlib.import_module(f"properties.wang2022.claims.{name}")
        assert importlib.import_module(f"properties.wang2022.proofs.{name}")


def test_a_proof_trusts_only_what_decides():
    """No proof simplifies by force, makes arrays of symbols by itself, or has a judge of its own of what vanishes."""
    modules = list((TREE / "properties").glob("*/proofs/*.py"))
    assert len(modules) > 10
    for path in modules:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            assert not (isinstance(node, ast.keyword) and node.arg == "force"), path
            assert not (isinstance(node, ast.FunctionDef) and "vanish" in node.name), path
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("np.array", "numpy.array"):
                assert "Symbol(" not in ast.unparse(node), path
                assert "symbols(" not in ast.unparse(node), path


def test_what_states_a_claim_imports_sympy_when_a_proof_runs():
    """Who hunts need not have it."""
    modules = [path for floor in ("claims", "proofs") for path in (TREE / "properties").glob(f"*/{floor}/*.py")]
    assert len(modules) > 50
    for path in modules:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert "sympy" not in names, f"{path}: write from reference.arithmetic.deferred import sympy"
            assert not (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sympy")), path
