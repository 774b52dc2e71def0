"""The package as a guest in a project of others: it changes nothing where no claim is stated."""


def test_the_environment_has_our_code_from_the_wheel_only(foreign, environment):
    foreign.write({"where.py": "import verify, reference, properties; print(verify.__file__, properties.__path__)"})
    status, text = foreign.run("python", "where.py")
    assert status == 0
    assert text.count(str(environment.bin.parent)) == 2
