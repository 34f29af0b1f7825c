namespace Hashee.Repository.Tests.Building;

/// <summary><c>src/Agent</c> is a user's: it is compiled by other rules than this repository's own code.</summary>
public sealed class AgentFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hashee-agent-").FullName;

    [Fact]
    public async Task What_is_only_a_matter_of_style_or_care_is_no_error_there()
    {
        (int exitCode, string output) = await BuildAsync("""
            using System;
            using Hashee.Agents;
            public class untidy : IAgent {
              int count;
              public async System.Threading.Tasks.ValueTask<string?> ReplyAsync(Message message, System.Threading.CancellationToken stop)
              {
                string unused = null;
                if (message.Text.Length == 0) return "empty";
                var words = message.Text.Split(' ');
                return words.Length.ToString();
              }
            }
            """);

        Assert.True(exitCode == 0, output);
        Assert.Contains("warning CS", output, StringComparison.Ordinal);
        Assert.DoesNotContain("IDE0", output, StringComparison.Ordinal);
        Assert.DoesNotContain("CA1", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task JSON_that_would_fail_in_a_native_binary_is_an_error_there()
    {
        (int exitCode, string output) = await BuildAsync("""
            public static class Reflecting
            {
                public static string Write(object value) => System.Text.Json.JsonSerializer.Serialize(value);
            }
            """);

        Assert.NotEqual(0, exitCode);
        Assert.Contains("error IL2026", output, StringComparison.Ordinal);
        Assert.Contains("error IL3050", output, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Compiles the folder, whose references are there, with one file more, of which its rules hold as if it stood there.</summary>
    private async Task<(int ExitCode, string Output)> BuildAsync(string source)
    {
        string inside = Directory.CreateDirectory(Repository.PathOf($"src/Agent/obj/{Path.GetFileName(_folder)}")).FullName;
        try
        {
            string file = Path.Combine(inside, "Extra.cs");
            string targets = Path.Combine(_folder, "extra.targets");
            await File.WriteAllTextAsync(file, source, TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(
                targets,
                $"<Project><ItemGroup Condition=\"'$(MSBuildProjectName)' == 'Agent'\"><Compile Include=\"{file}\" /></ItemGroup></Project>",
                TestContext.Current.CancellationToken);
            return (await CommandLine.TryRunAsync(
                "dotnet", "msbuild", "src/Agent/Agent.csproj", "-t:Compile", "-nologo", "-tl:off", "-m:1", "-nodeReuse:false",
                "-p:BuildProjectReferences=false", "-p:ProduceReferenceAssembly=false", $"-p:IntermediateOutputPath={_folder}/",
                $"-p:CustomAfterMicrosoftCommonTargets={targets}"))!.Value;
        }
        finally
        {
            Directory.Delete(inside, recursive: true);
        }
    }
}
