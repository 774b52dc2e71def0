"""What the heads' part of a loss is, where it is no plain divergence, and where a plain one ceases to be one."""

from verify.gate.divergence.clamps import Clamp as Clamp
from verify.gate.divergence.clamps import clamps as clamps
from verify.gate.divergence.explanation import Explanation as Explanation
from verify.gate.divergence.explanation import explain as explain
from verify.gate.divergence.halves import halves as halves
