import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Follow news.events: every event of every incident once and in order, one JSON line each.
 *
 * <pre>java -cp "JARS/*" Follow.java --servers 127.0.0.1:29092 --state follow.json</pre>
 *
 * JARS holds kafka-clients, slf4j-api and jackson-databind (SITREP_HOME/jars has them); Java 17 or newer, a JDK. The
 * options are those of follow.py beside it, and so are the steps; docs/consumers.md says why each step is there.
 */
public final class Follow {
    static final Set<String> KNOWN = Set.of(
        "report_recorded", "report_replaced", "report_withdrawn", "report_moved", "report_unlinked", "incident_merged",
        "incident_split", "incident_renamed", "fact_reviewed", "fact_pinned", "command_rejected");
    static final Duration POLL = Duration.ofMillis(200);
    static final int TRY_AGAIN = 75;
    static final ObjectMapper JSON = new ObjectMapper();
    static final PrintStream OUT = new PrintStream(System.out, false, StandardCharsets.UTF_8);

    /** The stream holds what this program must not guess at. */
    @SuppressWarnings("serial")
    static final class Stop extends Exception {
        Stop(String why) {
            super(why);
        }
    }

    /** An event that came before its predecessor, and where it lies. */
    record Held(JsonNode event, int partition, long offset) {}

    /** What a restart needs: how far each incident was applied, and where to read on in each partition. */
    static final class State {
        final Map<String, Long> seqs = new HashMap<>();
        final Set<String> gone = new HashSet<>(); // incidents that were taken out of the views
        final Map<Integer, Long> offsets = new HashMap<>();

        static State load(Path path) throws IOException {
            JsonNode stored = JSON.readTree(path.toFile());
            State state = new State();
            stored.path("seqs").properties().forEach(e -> state.seqs.put(e.getKey(), e.getValue().longValue()));
            stored.path("gone").forEach(incident -> state.gone.add(incident.textValue()));
            stored.path("offsets").properties().forEach(
                e -> state.offsets.put(Integer.valueOf(e.getKey()), e.getValue().longValue()));
            return state;
        }

        /** Whole or not at all. */
        void save(Path path) throws IOException {
            ObjectNode stored = JSON.createObjectNode();
            ObjectNode storedSeqs = stored.putObject("seqs");
            seqs.forEach(storedSeqs::put);
            ArrayNode storedGone = stored.putArray("gone");
            gone.forEach(storedGone::add);
            ObjectNode storedOffsets = stored.putObject("offsets");
            offsets.forEach((partition, offset) -> storedOffsets.put(partition.toString(), offset));
            Path part = path.resolveSibling(path.getFileName() + ".part");
            JSON.writeValue(part.toFile(), stored);
            Files.move(part, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Puts events into order and drops repeats. Knows nothing of Kafka. */
    static final class Follower {
        final State state;
        private final Map<String, Map<Long, Held>> held = new HashMap<>();
        private final Map<Integer, Long> next = new HashMap<>();

        Follower(State state) {
            this.state = state;
        }

        /** Start behind the views: of each incident the highest (generation, seq); the lines for them. */
        List<JsonNode> begin(List<ConsumerRecord<byte[], byte[]>> views) throws IOException {
            Map<String, JsonNode> best = new TreeMap<>(); // null = a tombstone
            for (var record : views) {
                String incident = new String(record.key(), StandardCharsets.UTF_8);
                JsonNode view = record.value() == null ? null : JSON.readTree(record.value());
                JsonNode known = best.get(incident);
                if (view == null || known == null || !older(view, known)) {
                    best.put(incident, view);
                }
            }
            List<JsonNode> lines = new ArrayList<>();
            best.forEach((incident, view) -> {
                if (view == null) {
                    state.gone.add(incident);
                } else {
                    state.seqs.put(incident, view.path("seq").longValue());
                    lines.add(line(view, "view"));
                }
            });
            return lines;
        }

        /** The events that are due now: none, this one, or this one and those that waited for it. */
        List<JsonNode> take(JsonNode event, int partition, long offset) throws Stop {
            String type = event.path("type").asText();
            if (!KNOWN.contains(type) || event.path("v").asInt() != 1) {
                next.put(partition, offset);
                throw new Stop("type " + type + " v " + event.path("v").asText() + " at " + partition + ":" + offset
                    + " is unknown here: update me");
            }
            next.put(partition, offset + 1);
            String incident = event.path("incident").asText();
            long seq = event.path("seq").longValue();
            if (incident.isEmpty() || state.gone.contains(incident) || seq <= state.seqs.getOrDefault(incident, 0L)) {
                return List.of(); // of no incident, of one that is gone, or applied before
            }
            held.computeIfAbsent(incident, key -> new HashMap<>())
                .putIfAbsent(seq, new Held(event, partition, offset));
            return due(incident);
        }

        private List<JsonNode> due(String incident) {
            Map<Long, Held> waiting = held.get(incident);
            List<JsonNode> due = new ArrayList<>();
            long seq = state.seqs.getOrDefault(incident, 0L);
            for (Held found = waiting.remove(seq + 1); found != null; found = waiting.remove(seq + 1)) {
                due.add(found.event());
                state.seqs.put(incident, ++seq);
            }
            if (waiting.isEmpty()) {
                held.remove(incident);
            }
            return due;
        }

        /** How many events still wait for their predecessor. */
        int waiting() {
            return held.values().stream().mapToInt(Map::size).sum();
        }

        /** What to store: held events are not in it, so reading goes on at the first of them. */
        State checkpoint() {
            State kept = new State();
            kept.seqs.putAll(state.seqs);
            kept.gone.addAll(state.gone);
            kept.offsets.putAll(state.offsets);
            kept.offsets.putAll(next);
            held.values().forEach(waiting -> waiting.values().forEach(
                each -> kept.offsets.merge(each.partition(), each.offset(), Math::min)));
            return kept;
        }
    }

    static boolean older(JsonNode view, JsonNode than) {
        long generation = view.path("generation").longValue();
        long other = than.path("generation").longValue();
        return generation != other ? generation < other : view.path("seq").longValue() < than.path("seq").longValue();
    }

    /** What is printed of an event or a view. Fields that this program does not know are ignored. */
    static JsonNode line(JsonNode record, String kind) {
        ObjectNode line = JSON.createObjectNode();
        line.put("incident", record.path("incident").asText(record.path("id").asText()));
        line.set("seq", record.path("seq"));
        line.put("type", kind);
        String title = record.path("title").asText(record.at("/report/article/title").asText());
        String into = record.path("into").asText(record.path("merged_into").asText());
        if (!title.isEmpty()) {
            line.put("title", title);
        }
        if (!into.isEmpty()) {
            line.put("into", into);
        }
        if (record.path("undone").asBoolean()) {
            line.put("undone", true);
        }
        return line;
    }

    /** Your work goes here. What it writes and the checkpoint belong into one transaction, if you have one. */
    static void show(List<JsonNode> lines) {
        lines.forEach(line -> OUT.print(line + "\n"));
        OUT.flush();
    }

    /** In no group: positions are ours. Events are not transactional and any view that was sent was true, so
     * read_uncommitted, the default, is right. */
    static KafkaConsumer<byte[], byte[]> reader(String servers, String topic) {
        Map<String, Object> settings = Map.of(
            "bootstrap.servers", servers, "enable.auto.commit", false, "auto.offset.reset", "none",
            "max.partition.fetch.bytes", 4 << 20);
        var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.assign(consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition())).toList());
        consumer.seekToBeginning(consumer.assignment());
        return consumer;
    }

    static boolean atEnd(KafkaConsumer<?, ?> consumer) {
        return consumer.endOffsets(consumer.assignment()).entrySet().stream()
            .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    /** Every record of news.incidents that lies there now. */
    static List<ConsumerRecord<byte[], byte[]>> views(String servers, String topic) {
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        try (var consumer = reader(servers, topic)) {
            while (!atEnd(consumer)) {
                consumer.poll(POLL).forEach(found::add);
            }
        }
        return found;
    }

    private final Map<String, String> options;
    private final Follower follower;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private long shown;

    private Follow(Map<String, String> options, Follower follower, KafkaConsumer<byte[], byte[]> consumer) {
        this.options = options;
        this.follower = follower;
        this.consumer = consumer;
    }

    /** Until what was asked for is done, or the consumer is woken up. */
    void run() throws IOException, Stop {
        long count = Long.parseLong(options.getOrDefault("count", Long.toString(Long.MAX_VALUE)));
        double idle = Double.parseDouble(options.getOrDefault("until-idle", "Infinity"));
        long last = System.nanoTime();
        follower.state.offsets.forEach(
            (partition, offset) -> consumer.seek(new TopicPartition(options.get("prefix") + "events", partition), offset));
        while (shown < count) {
            var records = consumer.poll(POLL);
            try {
                for (var record : records) {
                    apply(record);
                }
            } finally {
                save();
            }
            last = records.isEmpty() ? last : System.nanoTime();
            if ((System.nanoTime() - last) / 1e9 >= idle && atEnd(consumer)) {
                return;
            }
        }
    }

    private void apply(ConsumerRecord<byte[], byte[]> record) throws IOException, Stop {
        List<JsonNode> due = follower.take(JSON.readTree(record.value()), record.partition(), record.offset());
        show(due.stream().map(event -> line(event, event.path("type").asText())).toList());
        shown += due.size();
    }

    private void save() throws IOException {
        if (options.containsKey("state")) {
            follower.checkpoint().save(Path.of(options.get("state")));
        }
    }

    static Map<String, String> options(String[] args) {
        Map<String, String> options = new HashMap<>(Map.of("servers", "127.0.0.1:29092", "prefix", "news."));
        for (int at = 0; at < args.length; at++) {
            String name = args[at].substring(2);
            options.put(name, name.equals("from-start") ? "" : args[++at]);
        }
        return options;
    }

    public static void main(String[] args) throws Exception {
        Map<String, String> options = options(args);
        Path stored = options.containsKey("state") ? Path.of(options.get("state")) : null;
        boolean first = stored == null || !Files.exists(stored);
        Follower follower = new Follower(first ? new State() : State.load(stored));
        if (first && !options.containsKey("from-start")) {
            show(follower.begin(views(options.get("servers"), options.get("prefix") + "incidents")));
        }
        System.exit(follow(options, follower));
    }

    static int follow(Map<String, String> options, Follower follower) throws IOException {
        CountDownLatch closed = new CountDownLatch(1);
        try (var consumer = reader(options.get("servers"), options.get("prefix") + "events")) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(consumer, closed)));
            new Follow(options, follower, consumer).run();
        } catch (WakeupException told) {
            return 0; // by Ctrl-C or SIGTERM
        } catch (Stop stop) {
            System.err.println(stop.getMessage());
            return TRY_AGAIN;
        } finally {
            closed.countDown();
        }
        if (follower.waiting() > 0) {
            System.err.println(follower.waiting() + " events wait for a predecessor that has not come");
        }
        return 0;
    }

    /** A signal: let the loop end after what it has in hand. The JVM's exit code is then 128 + the signal. */
    static void end(KafkaConsumer<?, ?> consumer, CountDownLatch closed) {
        consumer.wakeup();
        try {
            closed.await();
        } catch (InterruptedException ignored) {
            Thread.currentThread().interrupt();
        }
    }
}
