import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.queryparser.classic.QueryParser;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.FSDirectory;

/** Indexes studies with Lucene, one field for all their strings, and asks for words. */
public final class Studies {
    private static final String TEXT = "text";
    private static final String RECORD = "record";
    private static final JsonFactory JSON = new JsonFactory();

    private Studies() {}

    /**
     * {@code index STUDIES DIRECTORY THREADS} makes an index of the studies in a file, one a line;
     * {@code ask DIRECTORY QUESTIONS ROUNDS} prints a line for each question of a file, one a line:
     * its median in microseconds for the best ten, the same with an exact total, and the total;
     * {@code rank DIRECTORY QUESTIONS HITS} prints a TREC run of questions {@code topic TAB words}.
     */
    public static void main(String[] words) throws Exception {
        switch (words.length > 0 ? words[0] : "") {
            case "index" -> index(Path.of(words[1]), Path.of(words[2]), Integer.parseInt(words[3]));
            case "ask" -> ask(Path.of(words[1]), Path.of(words[2]), Integer.parseInt(words[3]));
            case "rank" -> rank(Path.of(words[1]), Path.of(words[2]), Integer.parseInt(words[3]));
            default -> throw new IllegalArgumentException("index, ask or rank, not " + Arrays.toString(words));
        }
    }

    private static void index(Path studies, Path directory, int threads) throws Exception {
        IndexWriterConfig config = new IndexWriterConfig(new EnglishAnalyzer()).setRAMBufferSizeMB(256);
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try (IndexWriter writer = new IndexWriter(FSDirectory.open(directory), config);
                BufferedReader lines = Files.newBufferedReader(studies)) {
            Callable<Void> task = () -> {
                for (String record = next(lines); record != null; record = next(lines)) {
                    writer.addDocument(document(record));
                }
                return null;
            };
            List<Future<Void>> running = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                running.add(executor.submit(task));
            }
            for (Future<Void> one : running) {
                one.get();
            }
        } finally {
            executor.shutdown();
        }
    }

    private static String next(BufferedReader lines) throws IOException {
        synchronized (lines) {
            return lines.readLine();
        }
    }

    private static Document document(String record) throws IOException {
        Document document = new Document();
        document.add(new StoredField(RECORD, record));
        try (JsonParser parser = JSON.createParser(record)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.VALUE_STRING) {
                    document.add(new TextField(TEXT, parser.getText(), Field.Store.NO));
                }
            }
        }
        return document;
    }

    private static void ask(Path directory, Path questions, int rounds) throws Exception {
        try (DirectoryReader reader = DirectoryReader.open(FSDirectory.open(directory))) {
            IndexSearcher searcher = searcher(reader);
            for (String question : Files.readAllLines(questions)) {
                Query query = query(question);
                long[] best = new long[rounds];
                long[] counted = new long[rounds];
                int total = 0;
                for (int round = 0; round < rounds; round++) {
                    long start = System.nanoTime();
                    searcher.search(query, 10);
                    long between = System.nanoTime();
                    total = searcher.count(query);
                    counted[round] = System.nanoTime() - start;
                    best[round] = between - start;
                }
                System.out.printf(Locale.ROOT, "%.1f\t%.1f\t%d\t%s%n", median(best), median(counted), total, question);
            }
        }
    }

    private static void rank(Path directory, Path questions, int hits) throws Exception {
        try (DirectoryReader reader = DirectoryReader.open(FSDirectory.open(directory))) {
            IndexSearcher searcher = searcher(reader);
            for (String line : Files.readAllLines(questions)) {
                String[] parts = line.split("\t", 2);
                TopDocs found = searcher.search(query(parts[1]), hits);
                for (int rank = 0; rank < found.scoreDocs.length; rank++) {
                    String record = reader.storedFields().document(found.scoreDocs[rank].doc).get(RECORD);
                    System.out.printf(Locale.ROOT, "%s Q0 %s %d %.6f lucene%n", parts[0], number(record), rank + 1, found.scoreDocs[rank].score);
                }
            }
        }
    }

    private static IndexSearcher searcher(DirectoryReader reader) {
        IndexSearcher searcher = new IndexSearcher(reader);
        searcher.setSimilarity(new BM25Similarity(0.9f, 0.4f));
        searcher.setQueryCache(null);
        return searcher;
    }

    /** A question of which any word may occur. */
    private static Query query(String question) throws Exception {
        return new QueryParser(TEXT, new EnglishAnalyzer()).parse(QueryParser.escape(question));
    }

    private static String number(String record) throws IOException {
        try (JsonParser parser = JSON.createParser(record)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.FIELD_NAME && parser.currentName().equals("nctId")) {
                    return parser.nextTextValue();
                }
            }
        }
        throw new IOException("a record without an nctId");
    }

    private static double median(long[] times) {
        Arrays.sort(times);
        return times[times.length / 2] / 1000.0;
    }
}
