namespace Hashee.Repository.Tests.Building;

/// <summary>What `./build.sh test` says at its end, and when it fails.</summary>
public sealed class TestRunTests : IDisposable
{
    private const string Good = "Test run summary: Passed!\n  total: 12\n  failed: 0\n  succeeded: 10\n  skipped: 2\n  duration: 1s";

    private readonly ScriptedMachine _machine = new();

    public TestRunTests()
    {
        _machine.Write("src/Hashee.Tests/Hashee.Tests.csproj", "<Project />");
        _machine.Write("summary", Good);
        Directory.CreateDirectory(_machine.PathOf("artifacts/x"));
    }

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task What_this_machine_cannot_run_is_named_and_the_last_line_counts_the_rest()
    {
        (int exitCode, string output, string errors) = await _machine.BuildAsync("test");

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.EndsWith("\n10 passed, 0 failed, 2 skipped\n", output, StringComparison.Ordinal);
        Assert.Contains("left out  tests with a newer OpenSSL: ", output, StringComparison.Ordinal);
        Assert.Equal(ScriptedMachine.Host == "x64", output.Contains("left out  tests of the arm64 binaries: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_last_line_counts_all_passes()
    {
        int passes = UnpackEverything();

        (int exitCode, string output, string errors) = await _machine.BuildAsync("test");

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.EndsWith($"\n{passes * 10} passed, 0 failed, {passes * 2} skipped\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("left out", output, StringComparison.Ordinal);
        Assert.Contains("OpenSSL 1.2.3", output, StringComparison.Ordinal);
        string starter = await File.ReadAllTextAsync(_machine.PathOf("artifacts/linux-newer/one/bootstrap"), TestContext.Current.CancellationToken);
        Assert.Contains($"/ld-linux-test.so.1' '--library-path'", starter, StringComparison.Ordinal);
        Assert.EndsWith("/artifacts/host/one/bootstrap' \"$@\"\n", starter, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_npm_brings_is_brought_once_and_again_when_it_is_pinned_otherwise()
    {
        await _machine.BuildAsync("test");
        await _machine.BuildAsync("test");
        Assert.Equal(["ci --ignore-scripts --no-audit --no-fund"], _machine.TakeCalls("npm"));

        _machine.Write("tests/node/package-lock.json", """{"version":2}""");
        await _machine.BuildAsync("test");
        Assert.Single(_machine.TakeCalls("npm"));
    }

    [Theory]
    [InlineData("node", "nodejs")]
    [InlineData("npm", "npm")]
    [InlineData("curl", "curl")]
    public async Task Without_a_program_that_tests_run_there_is_no_test_run(string program, string package)
    {
        File.Delete(_machine.PathOf($"tools/{program}"));

        (int exitCode, _, string errors) = await _machine.BuildAsync("test");

        Assert.Equal(1, exitCode);
        Assert.Contains($"this machine lacks {package} (Debian's names)", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_test_fails_the_run()
    {
        _machine.Write("summary", Good.Replace("failed: 0", "failed: 1", StringComparison.Ordinal));

        (int exitCode, string output, _) = await _machine.BuildAsync("test");

        Assert.Equal(1, exitCode);
        Assert.EndsWith("\n10 passed, 1 failed, 2 skipped\n", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Test run summary: Zero tests ran\n  total: 0\n  failed: 0\n  succeeded: 0\n  skipped: 0")]
    public async Task A_run_without_tests_fails(string summary)
    {
        _machine.Write("summary", summary);

        (int exitCode, _, string errors) = await _machine.BuildAsync("test");

        Assert.Equal(1, exitCode);
        Assert.Contains("the tests did not run to their end", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_CI_nothing_may_be_left_out()
    {
        (int exitCode, _, string errors) = await _machine.BuildAsync("test", ("CI", "true"));

        Assert.Equal(1, exitCode);
        Assert.Contains("which must not be left out here: ", errors, StringComparison.Ordinal);
        Assert.DoesNotContain(_machine.TakeCalls(), static call => call.StartsWith("test ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task In_CI_a_skipped_test_is_a_failed_one()
    {
        UnpackEverything();

        await _machine.BuildAsync("test", ("CI", "true"));

        IEnumerable<string> runs = _machine.TakeCalls().Where(static call => call.StartsWith("test ", StringComparison.Ordinal));
        Assert.NotEmpty(runs);
        Assert.All(runs, static run => Assert.Contains("--fail-skips on", run, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("build", "X.cs(1,1): error CS0103: The name 'x' does not exist")]
    [InlineData("format", "X.cs(1,1): error WHITESPACE: Fix whitespace formatting.")]
    public async Task What_is_wrong_with_the_sources_is_said(string command, string error)
    {
        _machine.LetDotnetFail(command, error);

        (int exitCode, _, string errors) = await _machine.BuildAsync("test");

        Assert.Equal(1, exitCode);
        Assert.Contains(error, errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X.cs(1,1): warning CA1822: Mark it static", 1)]
    [InlineData("X.csproj : warning NU1900: the feed cannot be asked about vulnerabilities", 0)]
    public async Task A_warning_fails_the_run_unless_it_is_about_vulnerabilities(string warning, int expected)
    {
        _machine.Write("build.says", warning);

        (int exitCode, _, string errors) = await _machine.BuildAsync("test");

        Assert.Equal((expected, expected == 1), (exitCode, errors.Contains(warning, StringComparison.Ordinal)));
    }

    /// <returns>How often the tests are run with all of that.</returns>
    private int UnpackEverything()
    {
        _machine.Unpack("newer", $"usr/lib/{ScriptedMachine.Gnu(ScriptedMachine.Host)}/ld-linux-test.so.1", "libc6", "libssl3t64", "zlib1g", "libzstd1");
        if (ScriptedMachine.Host == "arm64")
        {
            return 2;
        }

        _machine.WriteTool("clang", "echo clang 14");
        _machine.WriteTool("aarch64-linux-gnu-ld", "echo ld 2.40");
        _machine.Unpack("linux-arm64", "lib/x", "libc6", "libc6-dev", "libgcc-s1", "libgcc-12-dev", "libsodium-dev", "libssl3");
        _machine.Unpack("qemu", "usr/bin/qemu-aarch64", "qemu-user");
        return 3;
    }
}
