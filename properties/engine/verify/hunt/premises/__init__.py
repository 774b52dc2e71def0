"""Tests of how premises that are equations are solved."""
