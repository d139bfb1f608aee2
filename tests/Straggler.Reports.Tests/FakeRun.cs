using System.Globalization;
using System.Text;
using Straggler.Simulation;

namespace Straggler.Reports.Tests;

/// <summary>Writes the files of a run that never happened, but might have: clients of different speed, a curve that rises and levels off.</summary>
internal sealed record FakeRun
{
    public string Name { get; init; } = "fedasync-demo";

    public int Clients { get; init; } = 100;

    public int Concurrency { get; init; } = 10;

    public int Arrivals { get; init; } = 1000;

    public int Every { get; init; } = 50;

    public int Classes { get; init; } = 10;

    public int RefuseAbove { get; init; } = 40;

    /// <summary>Gives a run's updates.csv, which is written without, the columns of the tasks' parts, the same cells in each row.</summary>
    public static void AddParts(string directory, string cells)
    {
        string path = Path.Combine(directory, "updates.csv");
        File.WriteAllLines(path, [.. File.ReadAllLines(path).Select((row, line) => row + (line == 0 ? ",download_time,compute_time,upload_time" : cells))]);
    }

    public void Write(string directory)
    {
        Directory.CreateDirectory(directory);
        RandomStreams streams = new(7);
        RandomStream draw = streams.Open(new StreamPurpose("fake"));
        double[] speed = [.. Enumerable.Range(0, Clients).Select(_ => Math.Exp(0.75 * draw.NextGaussian()))];
        int[] samples = [.. speed.Select(_ => 20 + (int)(80 * Math.Exp(0.9 * draw.NextGaussian())))];
        long[] count = new long[Clients];
        double[] staleness = new double[Clients];
        StringBuilder updates = new("arrival,virtual_time,client,dispatch_virtual_time,base_version,version,staleness,weight,samples,train_loss,outcome\n");
        StringBuilder metrics = new("arrival,virtual_time,server_steps,loss,accuracy,client_worst10,client_best10,client_gini,participation_gini,bytes_up");
        for (int label = 0; label < Classes; label++)
        {
            metrics.Append(CultureInfo.InvariantCulture, $",class_accuracy_{label}");
        }

        metrics.Append(",wall_seconds\n");
        PriorityQueue<(int Client, double Dispatched, long Version), double> flight = new();
        HashSet<int> busy = [];
        void Dispatch(double now, long version)
        {
            int client;
            do
            {
                client = draw.NextInt32(Clients);
            }
            while (!busy.Add(client));
            flight.Enqueue((client, now, version), now + (speed[client] * (0.8 + (0.4 * draw.NextDouble()))));
        }

        double Accuracy(long step) => 0.1 + (0.76 * (1 - Math.Exp(-step / 180.0))) + (step == 0 ? 0 : 0.012 * draw.NextGaussian());
        long version = 0;
        long refused = 0;
        double time = 0;
        double accuracy = 0.1, best = 0.1, loss = 2.303;
        List<(double Accuracy, double Time, int Arrival)> course = [];
        void Evaluate(int arrival)
        {
            accuracy = Math.Clamp(Accuracy(version), 0, 1);
            best = Math.Max(best, accuracy);
            loss = 2.303 * Math.Pow(1 - accuracy, 0.9);
            course.Add((accuracy, time, arrival));
            metrics.Append(CultureInfo.InvariantCulture, $"{arrival},{time:R},{version},{loss:R},{accuracy:R},{0.7 * accuracy:R},{Math.Min(1, 1.12 * accuracy):R},{0.3 - (0.2 * accuracy):R},{(arrival == 0 ? "" : "0.31")},{1_680_000L * arrival}");
            for (int label = 0; label < Classes; label++)
            {
                metrics.Append(CultureInfo.InvariantCulture, $",{Math.Clamp(accuracy + (0.1 * Math.Sin(label * 2.1)), 0, 1):R}");
            }

            metrics.Append(CultureInfo.InvariantCulture, $",{arrival * 0.1:R}\n");
        }

        for (int slot = 0; slot < Concurrency; slot++)
        {
            Dispatch(0, 0);
        }

        Evaluate(0);
        List<long> lags = [];
        for (int arrival = 1; arrival <= Arrivals; arrival++)
        {
            flight.TryDequeue(out (int Client, double Dispatched, long Version) task, out time);
            busy.Remove(task.Client);
            long lag = version - task.Version;
            lags.Add(lag);
            bool stale = lag > RefuseAbove;
            count[task.Client]++;
            staleness[task.Client] += lag;
            updates.Append(
                CultureInfo.InvariantCulture,
                $"{arrival},{time:R},{task.Client},{task.Dispatched:R},{task.Version},{version},{lag},{(stale ? 0 : 0.6 / Math.Sqrt(1 + lag)):R},{samples[task.Client]},{2 - accuracy:R},{(stale ? "refused_stale" : "applied")}\n");
            refused += stale ? 1 : 0;
            version += stale ? 0 : 1;
            if (arrival % Every == 0)
            {
                Evaluate(arrival);
            }

            Dispatch(time, version);
        }

        StringBuilder clients = new("client,samples,test_samples,arrivals,mean_staleness,accuracy\n");
        List<double> each = [];
        for (int client = 0; client < Clients; client++)
        {
            bool tested = samples[client] > 25;
            double own = Math.Clamp(accuracy + (0.06 * Math.Log(samples[client] / 100.0)) + (0.07 * draw.NextGaussian()), 0, 1);
            each.Add(own);
            clients.Append(
                CultureInfo.InvariantCulture,
                $"{client},{samples[client]},{(tested ? samples[client] / 5 : 0)},{count[client]},{(count[client] > 0 ? (staleness[client] / count[client]).ToString("R", CultureInfo.InvariantCulture) : "")},{(tested ? own.ToString("R", CultureInfo.InvariantCulture) : "")}\n");
        }

        StringBuilder partition = new("client");
        for (int label = 0; label < Classes; label++)
        {
            partition.Append(CultureInfo.InvariantCulture, $",class_{label}");
        }

        for (int client = 0; client < Clients; client++)
        {
            partition.Append(CultureInfo.InvariantCulture, $"\n{client}");
            for (int label = 0; label < Classes; label++)
            {
                partition.Append(CultureInfo.InvariantCulture, $",{(label == client % Classes ? samples[client] : label % 3)}");
            }
        }

        lags.Sort();
        each.Sort();
        double Quantile(double q) => lags.Count == 0 ? double.NaN : lags[(int)(q * (lags.Count - 1))];
        string Number(double value) => double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : "null";
        string targets = string.Join(",", new[] { 0.6, 0.7, 0.8, 0.9 }.Select(target =>
        {
            int index = course.FindIndex(point => point.Accuracy >= target);
            return index < 0
                ? $$"""{"accuracy":{{Number(target)}},"reached":false,"virtual_time":null,"arrivals":null,"server_steps":null}"""
                : $$"""{"accuracy":{{Number(target)}},"reached":true,"virtual_time":{{Number(course[index].Time)}},"arrivals":{{course[index].Arrival}},"server_steps":{{course[index].Arrival}}}""";
        }));
        double sent = 1_680_000;
        string summary = $$"""
            {"schema":"straggler.summary/1","name":{{System.Text.Json.JsonSerializer.Serialize(Name)}},"seed":42,"strategy":"fedasync","stop_reason":"rounds",
             "virtual_time":{{Number(time)}},"arrivals":{{Arrivals}},"server_steps":{{version}},"refused":{{refused}},
             "final":{"loss":{{Number(loss)}},"accuracy":{{Number(accuracy)}}},"best_accuracy":{{Number(best)}},"accuracy_auc":{{Number(best * 0.85)}},
             "targets":[{{targets}}],
             "fairness":{"gini":0.061,"jain":0.987,"variance":0.0081,"worst10":{{Number(each[0])}},"best10":{{Number(each[^1])}}},
             "staleness":{"mean":{{Number(lags.Count == 0 ? double.NaN : lags.Average())}},"p50":{{Number(Quantile(.5))}},"p90":{{Number(Quantile(.9))}},"p99":{{Number(Quantile(.99))}},"max":{{Number(Quantile(1))}}},
             "participation":{"gini":0.31},"bytes":{"down":{{Number(sent * (Arrivals + Concurrency))}},"up":{{Number(sent * Arrivals)}}},
             "profile":{"loop_seconds":130,"aggregation_seconds":2,"training_wait_seconds":110,"evaluation_wait_seconds":16,"other_seconds":2,"idle_seconds":6.9},
             "wall_seconds":131.4,"training_seconds":240.2,"evaluation_seconds":12.9,"gradient_steps":{{Arrivals * 4}},"workers":2,"peak_memory_bytes":812345678,
             "parameters_sha256":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}
            """;
        string config = """
            name: fedasync-demo
            seed: 42
            dataset:
              name: fashion_mnist_small
              root: null
            n_clients: 100
            partition:
              name: dirichlet
              alpha: 0.3
              min_samples: 1
            concurrency: 10
            rounds: 1000
            strategy:
              name: fedasync
              eta: 0.6
              staleness_fn: "1/(1 + s)" # <not> markup & "quoted"
            model:
              name: cnn
              lr: 0.05
              epochs: 1
              batch_size: 32
            delay:
              dist: lognormal
              params: [0, 0.75]
              per: client
            eval:
              every_events: 50
              target_acc: null
              targets: [0.6, 0.7, 0.8, 0.9]

            """;
        File.WriteAllText(Path.Combine(directory, "updates.csv"), updates.ToString());
        File.WriteAllText(Path.Combine(directory, "metrics.csv"), metrics.ToString());
        File.WriteAllText(Path.Combine(directory, "clients.csv"), clients.ToString());
        File.WriteAllText(Path.Combine(directory, "partition.csv"), partition.Append('\n').ToString());
        File.WriteAllText(Path.Combine(directory, "summary.json"), summary);
        File.WriteAllText(Path.Combine(directory, "config.yaml"), config);
    }
}
