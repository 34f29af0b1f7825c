namespace Hashee.Emulator.Tests.Lambda;

/// <summary>
/// AWS's own runtime for Node.js as a function. Its client for streamed responses is used as it is. Its client for all else is native code,
/// in whose place there is a module that does the same with curl: compiling it takes minutes and tools that this machine may not have.
/// </summary>
internal sealed class NodeRuntime : IDisposable
{
    private static readonly string[] Files = ["package.json", "bin/index.mjs", "dist/index.mjs"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("node-runtime-");

    /// <summary>Writes a function beside a copy of the runtime.</summary>
    /// <param name="handler">The function's module.</param>
    public NodeRuntime(string handler)
    {
        string package = Path.Combine(RepositoryRoot(), "artifacts", "node", "node_modules", "aws-lambda-ric");
        Assert.True(Directory.Exists(package), $"{package} is missing: ./build.sh test brings it.");
        foreach (string file in Files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(PathOf($"package/{file}"))!);
            File.Copy(Path.Combine(package, file), PathOf($"package/{file}"));
        }

        File.WriteAllText(PathOf("package/dist/rapid-client.node"), string.Empty);
        File.WriteAllText(PathOf("index.mjs"), handler);
        File.WriteAllText(PathOf("native.cjs"), """
            const { execFileSync } = require('child_process');
            const post = (id, what, body) => execFileSync('curl', ['-sS', '-H', 'Content-Type: application/json', '--data-binary', '@-',
              `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation/${id}/${what}`], { input: body });
            require('module')._extensions['.node'] = module => {
              module.exports = {
                initializeClient: () => {},
                done: (id, body) => post(id, 'response', body),
                error: (id, body) => post(id, 'error', body),
              };
            };
            """);
        File.WriteAllText(BootstrapPath, $"""
            #!/bin/sh
            PATH='{Environment.GetEnvironmentVariable("PATH")}'
            AWS_LAMBDA_NODEJS_USE_ALTERNATIVE_CLIENT_1=true exec node --require ./native.cjs package/bin/index.mjs index.handler

            """);
        File.SetUnixFileMode(BootstrapPath, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    public string BootstrapPath => PathOf("bootstrap");

    public void Dispose() => _folder.Delete(recursive: true);

    private static string RepositoryRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder!, "Hashee.Aot.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder!;
    }

    private string PathOf(string file) => Path.Combine(_folder.FullName, file);
}
