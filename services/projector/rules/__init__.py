"""The rules of assessment: pure tables over neutral inputs. Times are whole seconds from any origin."""
