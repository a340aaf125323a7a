import pytest

# Their assertions explain themselves like those of the tests.
pytest.register_assert_rewrite("bad_input.processes", "bad_input.support")
