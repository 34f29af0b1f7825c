using BenchmarkDotNet.Running;
using Hashee.Benchmarks.ColdStart;

if (args is ["cold-start", .. string[] options])
{
    return ColdStartCommand.Create().Parse(options).Invoke();
}

BenchmarkSwitcher.FromAssembly(System.Reflection.Assembly.GetExecutingAssembly()).Run(args is [] ? ["--filter", "*"] : args);
return 0;
