using System.CommandLine;
using System.Reflection;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using Hashee.Benchmarks.ColdStart;
using Hashee.Benchmarks.Suites;

if (args is ["cold-start", ..])
{
    return new RootCommand { ColdStartCommand.Create() }.Parse(args).Invoke();
}

IEnumerable<Summary> summaries = BenchmarkSwitcher
    .FromAssembly(Assembly.GetExecutingAssembly())
    .Run(args is [] ? ["--filter", "*"] : args, SuiteConfiguration.Create(args));
bool succeeded = summaries.All(static summary =>
    !summary.HasCriticalValidationErrors && summary.Reports.All(static report => report.Success));
return succeeded ? 0 : 1;
