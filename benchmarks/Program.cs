using System.CommandLine;
using BenchmarkDotNet.Running;
using Hashee.Benchmarks.ColdStart;

if (args is ["cold-start", ..])
{
    return new RootCommand { ColdStartCommand.Create() }.Parse(args).Invoke();
}

BenchmarkSwitcher.FromAssembly(System.Reflection.Assembly.GetExecutingAssembly()).Run(args is [] ? ["--filter", "*"] : args);
return 0;
