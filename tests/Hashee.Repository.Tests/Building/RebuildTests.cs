namespace Hashee.Repository.Tests.Building;

/// <summary>What build.sh compiles again, and what not.</summary>
public sealed class RebuildTests : IDisposable
{
    private readonly ScriptedMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task What_has_not_changed_is_not_compiled_again()
    {
        Assert.Equal(["Hashee.One", "Hashee.Two"], await _machine.CompileAsync());
        _machine.Write("src/Hashee.One/bin/Made.cs", "");
        _machine.Write("src/Hashee.One/obj/Made.cs", "");
        _machine.Write("src/Hashee.Unrelated/Unrelated.cs", "");

        Assert.Empty(await _machine.CompileAsync());
    }

    [Fact]
    public async Task A_change_has_the_functions_compiled_that_need_it()
    {
        (string File, string[] Functions)[] changes =
        [
            ("src/Hashee.One/New.cs", ["Hashee.One"]),
            ("src/Hashee.Two/Deep/New.cs", ["Hashee.Two"]),
            ("linked/Linked.cs", ["Hashee.Two"]),
            ("linked/New.cs", ["Hashee.Two"]),
            ("src/Hashee.Shared/Shared.cs", ["Hashee.One", "Hashee.Two"]),
            ("src/Directory.Build.props", ["Hashee.One", "Hashee.Two"]),
            ("Directory.Packages.props", ["Hashee.One", "Hashee.Two"]),
            ("eng/NativeAot.targets", ["Hashee.One", "Hashee.Two"]),
            ("nuget.config", ["Hashee.One", "Hashee.Two"]),
        ];
        await _machine.CompileAsync();

        foreach ((string file, string[] functions) in changes)
        {
            _machine.Write(file, "changed");

            Assert.Equal((file, string.Join(' ', functions)), (file, string.Join(' ', await _machine.CompileAsync())));
        }
    }

    [Fact]
    public async Task A_project_that_is_new_counts_and_so_does_what_it_refers_to()
    {
        await _machine.CompileAsync();
        _machine.Write("src/Hashee.New/Hashee.New.csproj", """<Project><ProjectReference Include="../Hashee.Newer/Hashee.Newer.csproj" /></Project>""");
        _machine.Write("src/Hashee.Newer/Hashee.Newer.csproj", "<Project />");
        _machine.WriteFunction("Two", """<ProjectReference Include="../Hashee.New/Hashee.New.csproj" />""");
        Assert.Equal(["Hashee.Two"], await _machine.CompileAsync());

        _machine.Write("src/Hashee.Newer/Newer.cs", "class Newer;");

        Assert.Equal(["Hashee.Two"], await _machine.CompileAsync());
    }

    [Fact]
    public async Task A_function_that_is_new_is_compiled()
    {
        await _machine.CompileAsync();
        _machine.WriteFunction("Three");

        Assert.Equal(["Hashee.Three"], await _machine.CompileAsync());
    }

    [Fact]
    public async Task Another_linker_links_again()
    {
        await _machine.CompileAsync();
        _machine.WriteTool("gcc", "echo gcc 13");
        Assert.Equal(["Hashee.One", "Hashee.Two"], await _machine.CompileAsync());

        _machine.WriteTool("ld", "echo ld 2.41");
        Assert.Equal(["Hashee.One", "Hashee.Two"], await _machine.CompileAsync());
    }

    [Fact]
    public async Task What_the_caller_has_set_does_not_reach_MSBuild()
    {
        (string Name, string Value)[] environment =
        [
            ("Configuration", "Debug"), ("Version", "6.6.6"), ("SodiumArchive", "/tmp/other.a"), ("CppCompilerAndLinker", "other"), ("LANG", "de_DE.UTF-8"),
            ("NUGET_PACKAGES", "/packages"), ("https_proxy", "http://proxy:3128"), ("DOTNET_CLI_UI_LANGUAGE", "de"),
        ];

        (int exitCode, _, string errors) = await _machine.BuildAsync($"--arch {ScriptedMachine.Host}", environment);

        Assert.Equal((0, ""), (exitCode, errors));
        string[] seen = await File.ReadAllLinesAsync(_machine.PathOf("dotnet.env"), TestContext.Current.CancellationToken);
        Assert.DoesNotContain(seen, static line => line.Split('=')[0] is "Configuration" or "Version" or "SodiumArchive" or "CppCompilerAndLinker" or "LANG");
        Assert.Contains("NUGET_PACKAGES=/packages", seen);
        Assert.Contains("https_proxy=http://proxy:3128", seen);
        Assert.Contains("DOTNET_CLI_UI_LANGUAGE=en", seen);
    }

    [Fact]
    public void The_projects_of_a_function_are_found_from_the_project_files_alone()
    {
        // The same question, answered by XML instead of by the shell.
        foreach (string function in (string[])["src/Hashee.Webhook", "src/Hashee.Worker"])
        {
            Assert.All(
                Repository.Closure(function),
                folder => Assert.Contains($"{folder}/{Path.GetFileName(folder)}.csproj", Sources(function)));
        }
    }

    private static string[] Sources(string function)
    {
        string project = $"{function}/{Path.GetFileName(function)}.csproj";
        (int exitCode, string output) = CommandLine.TryRunAsync("bash", "-c", ". eng/common.sh; sources \"$0\"", project).GetAwaiter().GetResult()!.Value;
        Assert.Equal(0, exitCode);
        return output.Split('\n');
    }
}
