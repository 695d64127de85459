// The peer in Go: net/http and pgx, as its users would write it for speed. One process on all cores, prepared
// statements (pgx keeps them per connection), binary results, structs encoded by encoding/json.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgtype"
	"github.com/jackc/pgx/v4"
	"github.com/jackc/pgx/v4/pgxpool"
)

type claim struct {
	ID         string          `json:"id"`
	Ref        *string         `json:"ref,omitempty"`
	Version    int             `json:"version"`
	CreatedAt  time.Time       `json:"created_at"`
	UpdatedAt  time.Time       `json:"updated_at"`
	Text       string          `json:"text"`
	Language   *string         `json:"language,omitempty"`
	Topics     []string        `json:"topics"`
	About      []string        `json:"about"`
	Relations  json.RawMessage `json:"relations"`
	Location   *string         `json:"location,omitempty"`
	Attributes json.RawMessage `json:"attributes"`
}

type actor struct {
	ID         string          `json:"id"`
	Ref        *string         `json:"ref,omitempty"`
	Version    int             `json:"version"`
	CreatedAt  time.Time       `json:"created_at"`
	UpdatedAt  time.Time       `json:"updated_at"`
	Name       string          `json:"name"`
	Kind       string          `json:"kind"`
	Aliases    []string        `json:"aliases"`
	Country    *string         `json:"country,omitempty"`
	SameAs     []string        `json:"same_as"`
	Attributes json.RawMessage `json:"attributes"`
}

type source struct {
	ID         string            `json:"id"`
	Ref        *string           `json:"ref,omitempty"`
	Version    int               `json:"version"`
	CreatedAt  time.Time         `json:"created_at"`
	UpdatedAt  time.Time         `json:"updated_at"`
	Title      string            `json:"title"`
	Kind       string            `json:"kind"`
	URL        *string           `json:"url,omitempty"`
	Publisher  *string           `json:"publisher,omitempty"`
	Published  *string           `json:"published_at,omitempty"`
	FirstHand  bool              `json:"first_hand"`
	Cites      []json.RawMessage `json:"cites"`
	Attributes json.RawMessage   `json:"attributes"`
}

type stance struct {
	ID         string          `json:"id"`
	Ref        *string         `json:"ref,omitempty"`
	Version    int             `json:"version"`
	CreatedAt  time.Time       `json:"created_at"`
	UpdatedAt  time.Time       `json:"updated_at"`
	Claim      string          `json:"claim"`
	Actor      interface{}     `json:"actor"`
	Position   string          `json:"position"`
	Source     interface{}     `json:"source,omitempty"`
	Quote      *string         `json:"quote,omitempty"`
	StatedAt   *string         `json:"stated_at,omitempty"`
	Attributes json.RawMessage `json:"attributes"`
}

const claimColumns = `c.id::text, c.ref, c.version, c.created_at, c.updated_at, c.text, c.language, c.topics,
	ARRAY(SELECT target_id::text FROM claim_about WHERE claim_id = c.id ORDER BY ordinal),
	coalesce((SELECT jsonb_agg(jsonb_build_object('claim', target_id, 'relation', relation) ORDER BY ordinal)
	          FROM claim_relation WHERE claim_id = c.id), '[]'), c.location, c.attributes`

const byID = `SELECT ` + claimColumns + ` FROM claim c WHERE c.id = $1`

const stanceColumns = `s.id::text, s.ref, s.version, s.created_at, s.updated_at, s.claim_id::text, s.position, s.quote,
	CASE WHEN s.stated_at_is_date THEN to_char(s.stated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')
	     ELSE to_char(s.stated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') END, s.attributes`

const list = `SELECT ` + stanceColumns + `, s.actor_id::text, s.source_id::text FROM stance s
	WHERE s.actor_id = $1 ORDER BY s.created_at DESC, s.id DESC LIMIT $2`

const expanded = `SELECT ` + stanceColumns + `,
	a.id::text, a.ref, a.version, a.created_at, a.updated_at, a.name, a.kind, a.aliases, a.country, a.same_as, a.attributes,
	o.id::text, o.ref, o.version, o.created_at, o.updated_at, o.title, o.kind, o.url,
	o.publisher_id::text, to_char(o.published_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), coalesce(o.first_hand, o.kind IN ('statement', 'speech', 'press_release', 'document', 'dataset')), o.attributes
	FROM stance s JOIN actor a ON a.id = s.actor_id JOIN source o ON o.id = s.source_id
	WHERE s.claim_id = $1 ORDER BY s.created_at DESC, s.id DESC LIMIT $2`

const positions = `SELECT DISTINCT ON (s.actor_id) a.id::text, a.ref, a.name, s.position,
	to_char(s.stated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), s.id::text
	FROM stance s JOIN actor a ON a.id = s.actor_id
	WHERE s.claim_id = $1 ORDER BY s.actor_id, s.stated_at DESC NULLS LAST, s.created_at DESC, s.id DESC`

// The record and its history in one statement, hence one transaction.
const create = `WITH made AS (
	INSERT INTO stance (id, version, created_at, updated_at, claim_id, actor_id, position, source_id, stated_at, stated_at_is_date)
	VALUES (gen_random_uuid(), 1, now(), now(), $1, $2, $3, $4, $5, true) RETURNING *)
	INSERT INTO change (kind, id, operation, version, created_at, record)
	SELECT 'stance', id, 'create', 1, created_at, to_jsonb(made) FROM made RETURNING id::text, created_at`

var pool *pgxpool.Pool

func scanClaim(row pgx.Row, c *claim) error {
	return row.Scan(&c.ID, &c.Ref, &c.Version, &c.CreatedAt, &c.UpdatedAt, &c.Text, &c.Language, &c.Topics, &c.About,
		&c.Relations, &c.Location, &c.Attributes)
}

func reply(w http.ResponseWriter, status int, body interface{}) {
	data, err := json.Marshal(body)
	if err != nil {
		status, data = 500, []byte(`{}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(data)
}

func fail(w http.ResponseWriter, err error) {
	if errors.Is(err, pgx.ErrNoRows) {
		reply(w, 404, map[string]string{"title": "not found"})
		return
	}
	log.Print(err)
	reply(w, 500, map[string]string{"title": "failed"})
}

func getClaim(w http.ResponseWriter, r *http.Request, id string) {
	var c claim
	if err := scanClaim(pool.QueryRow(r.Context(), byID, id), &c); err != nil {
		fail(w, err)
		return
	}
	tag := `"` + strconv.Itoa(c.Version) + `"`
	w.Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(304)
		return
	}
	reply(w, 200, &c)
}

func getPositions(w http.ResponseWriter, r *http.Request, id string) {
	rows, err := pool.Query(r.Context(), positions, id)
	if err != nil {
		fail(w, err)
		return
	}
	defer rows.Close()
	type named struct {
		ID   string  `json:"id"`
		Ref  *string `json:"ref,omitempty"`
		Name string  `json:"name"`
	}
	type position struct {
		Actor    named   `json:"actor"`
		Position string  `json:"position"`
		StatedAt *string `json:"stated_at,omitempty"`
		Stance   string  `json:"stance"`
	}
	data, counts := []position{}, map[string]int{}
	for rows.Next() {
		var p position
		if err := rows.Scan(&p.Actor.ID, &p.Actor.Ref, &p.Actor.Name, &p.Position, &p.StatedAt, &p.Stance); err != nil {
			fail(w, err)
			return
		}
		counts[p.Position]++
		data = append(data, p)
	}
	if rows.Err() != nil {
		fail(w, rows.Err())
		return
	}
	reply(w, 200, map[string]interface{}{"counts": counts, "data": data})
}

func limitOf(r *http.Request) int {
	limit, err := strconv.Atoi(r.URL.Query().Get("limit"))
	if err != nil || limit < 1 || limit > 1000 {
		return 50
	}
	return limit
}

func listOfActor(w http.ResponseWriter, r *http.Request, id string) {
	rows, err := pool.Query(r.Context(), list, id, limitOf(r))
	if err != nil {
		fail(w, err)
		return
	}
	defer rows.Close()
	data := make([]stance, 0, 50)
	for rows.Next() {
		var s stance
		var actor string
		var source *string
		if err := rows.Scan(&s.ID, &s.Ref, &s.Version, &s.CreatedAt, &s.UpdatedAt, &s.Claim, &s.Position, &s.Quote, &s.StatedAt,
			&s.Attributes, &actor, &source); err != nil {
			fail(w, err)
			return
		}
		s.Actor = actor
		if source != nil {
			s.Source = *source
		}
		data = append(data, s)
	}
	reply(w, 200, map[string]interface{}{"data": data})
}

func listStances(w http.ResponseWriter, r *http.Request) {
	if id := r.URL.Query().Get("actor"); id != "" {
		listOfActor(w, r, id)
		return
	}
	rows, err := pool.Query(r.Context(), expanded, r.URL.Query().Get("claim"), limitOf(r))
	if err != nil {
		fail(w, err)
		return
	}
	defer rows.Close()
	data := make([]stance, 0, 50)
	for rows.Next() {
		var s stance
		var a actor
		var o source
		o.Cites = []json.RawMessage{}
		if err := rows.Scan(&s.ID, &s.Ref, &s.Version, &s.CreatedAt, &s.UpdatedAt, &s.Claim, &s.Position, &s.Quote, &s.StatedAt,
			&s.Attributes, &a.ID, &a.Ref, &a.Version, &a.CreatedAt, &a.UpdatedAt, &a.Name, &a.Kind, &a.Aliases, &a.Country,
			&a.SameAs, &a.Attributes, &o.ID, &o.Ref, &o.Version, &o.CreatedAt, &o.UpdatedAt, &o.Title, &o.Kind, &o.URL,
			&o.Publisher, &o.Published, &o.FirstHand, &o.Attributes); err != nil {
			fail(w, err)
			return
		}
		s.Actor, s.Source = &a, &o
		data = append(data, s)
	}
	reply(w, 200, map[string]interface{}{"data": data})
}

func createStance(w http.ResponseWriter, r *http.Request) {
	var body struct{ Claim, Actor, Position, Source, Stated_at string }
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&body); err != nil {
		reply(w, 400, map[string]string{"title": "malformed"})
		return
	}
	var date pgtype.Timestamptz
	if at, err := time.Parse("2006-01-02", body.Stated_at); err == nil {
		date.Set(at)
	}
	var id string
	var at time.Time
	if err := pool.QueryRow(r.Context(), create, body.Claim, body.Actor, body.Position, body.Source, date).Scan(&id, &at); err != nil {
		fail(w, err)
		return
	}
	w.Header().Set("Location", "/v1/stances/"+id)
	reply(w, 201, &stance{ID: id, Version: 1, CreatedAt: at, UpdatedAt: at, Claim: body.Claim, Actor: body.Actor,
		Position: body.Position, Source: body.Source, StatedAt: &body.Stated_at, Attributes: json.RawMessage(`{}`)})
}

func main() {
	config, err := pgxpool.ParseConfig(os.Getenv("PEER_DATABASE"))
	if err != nil {
		log.Fatal(err)
	}
	size, _ := strconv.Atoi(os.Getenv("PEER_POOL"))
	config.MaxConns, config.MinConns = int32(size), int32(size)
	if pool, err = pgxpool.ConnectConfig(context.Background(), config); err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/v1/claims/", func(w http.ResponseWriter, r *http.Request) {
		id := strings.TrimPrefix(r.URL.Path, "/v1/claims/")
		if cut := strings.TrimSuffix(id, "/positions"); cut != id {
			getPositions(w, r, cut)
			return
		}
		getClaim(w, r, id)
	})
	http.HandleFunc("/v1/stances", func(w http.ResponseWriter, r *http.Request) {
		if r.Method == "POST" {
			createStance(w, r)
			return
		}
		listStances(w, r)
	})
	fmt.Println("serving")
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PEER_PORT"), nil))
}
