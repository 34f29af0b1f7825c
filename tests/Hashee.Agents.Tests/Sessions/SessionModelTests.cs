namespace Hashee.Agents.Tests.Sessions;

/// <summary>Whatever happens between any two requests of several workers, the laws hold. A seed that fails is named, and fails again.</summary>
public class SessionModelTests
{
    [Fact]
    public async Task The_laws_hold_in_a_folder()
    {
        using FolderBench bench = new();
        await RunAsync(bench, 40);
    }

    [Fact]
    public async Task The_laws_hold_in_a_table()
    {
        using DynamoBench bench = new();
        await RunAsync(bench, 25);
    }

    [Fact]
    public async Task The_laws_hold_in_a_table_with_a_bucket()
    {
        using BucketBench bench = new();
        await RunAsync(bench, 12);
    }

    private static Task RunAsync(StoreBench bench, int seeds) => Task.Run(async () =>
    {
        for (int seed = 1; seed <= seeds; seed++)
        {
            try
            {
                await new SessionWorld(bench, seed).RunAsync();
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"A law is broken with the seed {seed}: {e.Message}", e);
            }
        }
    });
}
