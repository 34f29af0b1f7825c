using System.Reflection;

namespace Hashee.EndToEnd.Tests;

/// <summary>
/// The native binaries under test: those that `./build.sh test` leaves in artifacts/host, or those in the folder that HASHEE_TEST_BINARIES
/// names. There a bootstrap may be a script that starts the binary with another machine's user land.
/// </summary>
internal static class Bootstraps
{
    private static readonly string Folder = Environment.GetEnvironmentVariable("HASHEE_TEST_BINARIES") ?? Path.Combine(
        typeof(Bootstraps).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(static metadata => metadata.Key == "RepositoryRoot").Value!,
        "artifacts",
        "host");

    public static string Webhook => Find("webhook");

    /// <summary>The worker that is deployed, with whatever agent its Program.cs names.</summary>
    public static string Worker => Find("worker");

    /// <summary>The worker with an agent of the tests' own, whose replies they know.</summary>
    public static string Agent => Find("testagent");

    /// <summary>The same as an assembly, for the JIT.</summary>
    public static string AgentAssembly => Path.Combine(AppContext.BaseDirectory, "Hashee.TestAgent.dll");

    private static string Find(string name)
    {
        string path = Path.Combine(Folder, name, "bootstrap");
        return File.Exists(path) ? path : throw new FileNotFoundException($"The native {name} is missing: `./build.sh test` builds it.", path);
    }
}
