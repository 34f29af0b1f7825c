namespace Hashee.Repository.Tests.Building;

/// <summary>What build.sh takes, and what it says when it takes something not.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly ScriptedMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Theory]
    [InlineData("tset", "tset")]
    [InlineData("--log", "--log")]
    [InlineData("--arch", "--arch")]
    [InlineData("--arch mips", "mips")]
    [InlineData("--arch=mips", "mips")]
    [InlineData("--arch x64 more", "--arch")]
    [InlineData("test --filter A", "--filter A")]
    [InlineData("clean all", "all")]
    public async Task A_command_line_that_is_wrong_is_named_and_ends_with_2(string arguments, string named)
    {
        (int exitCode, string output, string errors) = await _machine.BuildAsync(arguments);

        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains(named, errors, StringComparison.Ordinal);
        Assert.Empty(_machine.TakeCalls());
    }

    [Theory]
    [InlineData("x64", "x64")]
    [InlineData("amd64", "x64")]
    [InlineData("x86_64", "x64")]
    [InlineData("arm64", "arm64")]
    [InlineData("aarch64", "arm64")]
    public async Task An_architecture_is_known_by_all_its_names(string name, string architecture)
    {
        (int exitCode, _, string errors) = await _machine.BuildAsync($"--arch={name}");

        if (architecture == ScriptedMachine.Host)
        {
            Assert.Equal((0, ""), (exitCode, errors));
            Assert.All(_machine.TakeCompiled(), static project => Assert.EndsWith(".csproj", project, StringComparison.Ordinal));
        }
        else
        {
            Assert.Equal(1, exitCode);
            Assert.Contains($"linux-{architecture} cannot be compiled here", errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Who_is_not_root_is_told_which_packages_are_missing_and_nothing_about_foreign_architectures()
    {
        (int exitCode, _, string errors) = await _machine.BuildAsync($"--arch {ScriptedMachine.Other}");

        Assert.Equal(1, exitCode);
        Assert.Contains($"apt-get install clang binutils-{ScriptedMachine.Gnu(ScriptedMachine.Other).Replace('_', '-')}", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("--add-architecture", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_arm64_cannot_be_built_this_machines_binaries_are_and_the_reason_is_said_once()
    {
        (int exitCode, string output, string errors) = await _machine.BuildAsync();

        // On arm64 that is the default.
        int reasons = ScriptedMachine.Host == "arm64" ? 0 : 1;
        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Equal(reasons, Lines(output).Count(static line => line.Contains("linux-arm64 cannot be compiled here", StringComparison.Ordinal)));
        Assert.Equal(reasons == 1, output.Contains("Architecture=x86_64", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_the_SDK_it_says_where_to_get_it()
    {
        File.Delete(_machine.PathOf("tools/dotnet"));

        (int exitCode, _, string errors) = await _machine.BuildAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains("the .NET 10 SDK is missing: https://", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tool_that_fails_is_quoted()
    {
        _machine.LetDotnetFail("--version", "The user's home directory could not be determined.");

        (int exitCode, _, string errors) = await _machine.BuildAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains("The user's home directory could not be determined.", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("is missing", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_error_of_a_restore_is_named_once()
    {
        const string first = "error NU1603: Warning As Error: Hashee.One depends on Thing (>= 1.2.0) but Thing 1.2.0 was not found.";
        const string second = "error NU1101: Unable to find package Other. No packages exist with this id in source(s): feed";
        _machine.LetDotnetFail("restore", $"/r/One.csproj : {first} [/r/Hashee.Aot.sln]\n/r/One.csproj : {second}\n/r/One.csproj : {first}\nRestore failed");

        (int exitCode, _, string errors) = await _machine.BuildAsync($"--arch {ScriptedMachine.Host}");

        Assert.Equal(1, exitCode);
        Assert.All([first, second], error => Assert.Single(Lines(errors), line => line.Contains(error, StringComparison.Ordinal)));
    }

    private static string[] Lines(string text) => text.Split('\n');
}
