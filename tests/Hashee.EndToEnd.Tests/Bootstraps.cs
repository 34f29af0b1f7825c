using System.Reflection;

namespace Hashee.EndToEnd.Tests;

/// <summary>The native binaries under test, as `./build.sh test` leaves them.</summary>
internal static class Bootstraps
{
    private static readonly string Root = typeof(Bootstraps).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(static metadata => metadata.Key == "RepositoryRoot").Value!;

    public static string Webhook => Find("webhook");

    /// <summary>The worker that is deployed, with whatever agent its Program.cs names.</summary>
    public static string Worker => Find("worker");

    /// <summary>The worker with an agent of the tests' own, whose replies they know.</summary>
    public static string Agent => Find("testagent");

    /// <summary>The same as an assembly, for the JIT.</summary>
    public static string AgentAssembly => Path.Combine(AppContext.BaseDirectory, "Hashee.TestAgent.dll");

    private static string Find(string name)
    {
        string path = Path.Combine(Root, "artifacts", "host", name, "bootstrap");
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException($"The native {name} is missing: `./build.sh test` builds it into artifacts/host/{name}/bootstrap.", path);
    }
}
